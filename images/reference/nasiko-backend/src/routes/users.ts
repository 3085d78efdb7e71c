import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { agentInfo, listAgents } from "../agents.ts";
import { envelope } from "../envelope.ts";
import type { Platform } from "../platform.ts";
import { search } from "../search.ts";

const Query = z.object({
  q: z.string().max(500).optional(),
  query: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(10),
});

export function userRoutes(app: FastifyInstance, { db, identity, discover }: Platform): void {
  const { mode } = identity;

  app.post("/user/register", async ({ headers }) => {
    await identity.user(headers.authorization);
    return { status: "skipped", message: "In mode simple there is one user, and nobody registers", mode };
  });

  app.get("/superuser/health", () => ({
    status: "ok",
    mode,
    auth_required: false,
    user_registration_enabled: false,
  }));

  app.post("/search/index/user", ({ headers }) => {
    identity.service(headers.authorization);
    return { status: "skipped", users_synced: 0, mode };
  });

  app.get("/search/users", async (request) => {
    await identity.user(request.headers.authorization);
    const { q, query, limit } = Query.parse(request.query);
    const found = search(
      await identity.users(),
      q ?? query ?? "",
      ({ username, email }) => [
        { text: username, weight: 3 },
        { text: email, weight: 1 },
      ],
      limit,
    );
    const users = found.map(({ subject_id, username, email }) => ({ user_id: subject_id, username, email }));
    return envelope(users, `${users.length} users`);
  });

  app.get("/search/agents", async (request) => {
    const user = await identity.user(request.headers.authorization);
    const { q, query, limit } = Query.parse(request.query);
    await discover();
    const agents = (await listAgents(db(), await identity.agentsOf(user))).map(agentInfo);
    const found = search(
      agents,
      q ?? query ?? "",
      ({ agent_id, name, tags, description }) => [
        { text: `${agent_id} ${name}`, weight: 4 },
        { text: tags.join(" "), weight: 2 },
        { text: description, weight: 1 },
      ],
      limit,
    );
    return envelope(found, `${found.length} agents`);
  });
}
