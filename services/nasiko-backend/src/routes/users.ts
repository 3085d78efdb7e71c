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

  app.post("/user/register", async ({ headers, body }, reply) => {
    const user = await identity.user(headers.authorization);
    const answer = await identity.register(user, body);
    return reply.code(answer.status).send(answer.body);
  });

  app.get("/superuser/health", async () => ({
    status: (await identity.healthy()) ? "ok" : "degraded",
    mode,
    auth_required: mode === "enterprise",
    user_registration_enabled: mode === "enterprise",
  }));

  // Users are looked up when somebody searches: there is no index that could be behind.
  app.post("/search/index/user", async ({ headers }) => {
    identity.service(headers.authorization);
    return {
      status: mode === "simple" ? "skipped" : "success",
      users_synced: await identity.countUsers(),
      mode,
    };
  });

  app.get("/search/users", async (request) => {
    const user = await identity.user(request.headers.authorization);
    const { q, query, limit } = Query.parse(request.query);
    const users = search(
      await identity.users(user),
      q ?? query ?? "",
      ({ username, email }) => [
        { text: username, weight: 3 },
        { text: email, weight: 1 },
      ],
      limit,
    );
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
