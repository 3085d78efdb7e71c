import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { readAudit } from "../accounts/audit.ts";
import { serviceOf, superUserOf } from "../identity.ts";
import type { Platform } from "../platform.ts";

const Query = z.object({
  before: z.coerce.date().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** What another service of the platform refused to somebody. */
const Refusal = z.object({
  actor: z.string().min(1).max(64),
  action: z.string().regex(/^[a-z]+(?:-[a-z]+)*\.refused$/),
  target: z.string().min(1).max(200),
  detail: z.record(z.string().max(30), z.string().max(500)),
});

/** The audit trail: super users read it, and the platform's services add what they refused. */
export function auditRoute(app: FastifyInstance, platform: Platform): void {
  app.get("/auth/audit", async ({ headers, query }) => {
    await superUserOf(platform, headers.authorization);
    return { entries: await readAudit(platform.db(), Query.parse(query)) };
  });

  app.post("/auth/audit/refusals", async ({ headers, body }, reply) => {
    await serviceOf(platform, headers.authorization);
    platform.noteRefusal(Refusal.parse(body));
    return reply.code(204).send();
  });
}
