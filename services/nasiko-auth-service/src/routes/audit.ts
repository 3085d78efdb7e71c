import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { readAudit } from "../accounts/audit.ts";
import { superUserOf } from "../identity.ts";
import type { Platform } from "../platform.ts";

const Query = z.object({
  before: z.coerce.date().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export function auditRoute(app: FastifyInstance, platform: Platform): void {
  app.get("/auth/audit", async ({ headers, query }) => {
    await superUserOf(platform, headers.authorization);
    return { entries: await readAudit(platform.db(), Query.parse(query)) };
  });
}
