import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ensureAgent, findAgent, agentPrincipal } from "../accounts/agents.ts";
import { findUser, userPrincipal, userView } from "../accounts/users.ts";
import { agentSecret, isSame, secretMatches } from "../credentials.ts";
import { principalOf } from "../identity.ts";
import type { Attempts } from "../memory.ts";
import type { Platform } from "../platform.ts";
import { agentId, type Principal } from "../principal.ts";
import { Problem } from "../../../lib/problem.ts";
import { AgentName } from "./words.ts";

const Login = z.object({ access_key: z.string().min(1).max(200), access_secret: z.string().min(1).max(200) });
const AgentLogin = z.object({ agent_name: AgentName, access_secret: z.string().min(1).max(200) });

/** Getting a token, and asking whose it is. */
export function sessionRoutes(app: FastifyInstance, platform: Platform): void {
  const { db, memory, tokens, settings, gateway } = platform;

  /** @throws Problem 503 */
  const countAttempt = (key: string, address: string): Promise<Attempts> =>
    memory.countAttempt(key, address).catch(() => {
      throw new Problem(503, "Logins cannot be checked now");
    });

  app.post("/auth/users/login", async ({ body, ip }) => {
    const { access_key, access_secret } = Login.parse(body);
    const tooMany = await countAttempt(access_key, ip);
    if (tooMany.key !== undefined) throw tooManyAttempts(tooMany.key);
    const user = await findUser(db(), { access_key });
    if (user === null && tooMany.address !== undefined) throw tooManyAttempts(tooMany.address);
    const right = await secretMatches(access_secret, user?.secret_hash);
    if (!right || user?.status !== "active") throw new Problem(401, "Invalid credentials");
    await memory.forgive(access_key, ip);
    const { token, expiresIn } = await tokens.issue(userPrincipal(user));
    const { user_id, username, is_super_user } = user;
    return { token, token_type: "bearer", expires_in: expiresIn, user_id, username, is_super_user };
  });

  app.post("/auth/agents/token", async ({ body, ip }) => {
    const { agent_name, access_secret } = AgentLogin.parse(body);
    const tooMany = await countAttempt(agentId(agent_name), ip);
    if (tooMany.key !== undefined) throw tooManyAttempts(tooMany.key);
    const { agentsSecret } = settings;
    if (agentsSecret === undefined || !isSame(access_secret, agentSecret(agentsSecret, agent_name)))
      throw new Problem(401, "Invalid credentials");
    await memory.forgive(agentId(agent_name), ip);
    const known = await findAgent(db(), agent_name);
    const agent =
      known ?? (await ensureAgent(db(), { agent_id: agent_name, owner_id: null, organization: null }));
    if (known === null) await gateway.sync();
    const { token, expiresIn } = await tokens.issue(agentPrincipal(agent));
    return { token, token_type: "bearer", expires_in: expiresIn };
  });

  app.post("/auth/validate", async ({ headers }) =>
    validated(await principalOf(platform, headers.authorization)),
  );

  const self = async ({ headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const principal = await principalOf(platform, headers.authorization);
    const user = principal.kind === "user" ? await findUser(db(), { user_id: principal.id }) : null;
    if (user === null) throw new Problem(404, "There is no such user");
    return reply.send(userView(user));
  };
  app.get("/auth/user", self);
  app.get("/auth/user/", self);
}

const tooManyAttempts = (seconds: number): Problem =>
  new Problem(429, "Too many attempts to log in", { headers: { "retry-after": String(seconds) } });

/** What the platform's services are told about a caller. */
const validated = (principal: Principal): Readonly<Record<string, unknown>> => ({
  valid: true,
  subject_id: principal.id,
  subject_type: principal.kind,
  username: principal.username,
  email: principal.email,
  is_super_user: principal.is_super_user,
  permissions: principal.is_super_user ? ["*"] : [],
  organizations: principal.organization === null ? [] : [principal.organization],
  oid: principal.organization,
});
