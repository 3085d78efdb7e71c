import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { findAgent, agentPrincipal, type AgentDocument } from "../accounts/agents.ts";
import { findUser, improveHash, userPrincipal, userView } from "../accounts/users.ts";
import { isSame } from "../../../lib/is-same.ts";
import { agentSecret, isOutdated, secretMatches, stackAgentSecret } from "../credentials.ts";
import { principalOf } from "../identity.ts";
import type { Platform } from "../platform.ts";
import { agentId, type Principal } from "../principal.ts";
import { Problem } from "../../../lib/problem.ts";
import { AgentName } from "./words.ts";

const Login = z.object({ access_key: z.string().min(1).max(200), access_secret: z.string().min(1).max(200) });
const AgentLogin = z.object({ agent_name: AgentName, access_secret: z.string().min(1).max(200) });

/** Getting a token, and asking whose it is. */
export function sessionRoutes(app: FastifyInstance, platform: Platform): void {
  const { db, memory, tokens, settings, noteRefusal } = platform;

  /**
   * What somebody hears who showed a wrong secret.
   * @param target the account, when there is one
   */
  const refuse = async (
    account: string,
    from: string,
    action: string,
    target = "unknown",
  ): Promise<Problem> => {
    const seconds = await memory.countWrong(account, from);
    noteRefusal({ actor: "unknown", action, target, detail: { from, limited: seconds !== undefined } });
    if (seconds === undefined) return new Problem(401, "Invalid credentials");
    return new Problem(429, "Too many attempts to log in", { headers: { "retry-after": String(seconds) } });
  };

  app.post("/auth/users/login", async ({ body, ip }) => {
    const { access_key, access_secret } = Login.parse(body);
    const user = await findUser(db(), { access_key });
    const right = await secretMatches(access_secret, user?.secret_hash);
    if (!right || user?.status !== "active")
      throw await refuse(access_key, ip, "login.refused", user?.user_id);
    await memory.forgive(access_key, ip);
    if (isOutdated(user.secret_hash)) await improveHash(db(), user, access_secret);
    const { token, expiresIn } = await tokens.issue(userPrincipal(user));
    const { user_id, username, is_super_user } = user;
    return { token, token_type: "bearer", expires_in: expiresIn, user_id, username, is_super_user };
  });

  /** What an agent proves itself with; undefined while it is nobody's, or no agent of this stack has a secret. */
  const secretOf = ({ agent_id: agent, owner_id: owner, ...entry }: AgentDocument): string | undefined => {
    const { agentsSecret } = settings;
    if (agentsSecret === undefined || !entry.accepted) return undefined;
    return entry.of_stack
      ? stackAgentSecret(agentsSecret, agent)
      : agentSecret(agentsSecret, { agent, owner, generation: entry.secret_generation });
  };

  app.post("/auth/agents/token", async ({ body, ip }) => {
    const { agent_name, access_secret } = AgentLogin.parse(body);
    const account = agentId(agent_name);
    const agent = await findAgent(db(), agent_name);
    const secret = agent === null ? undefined : secretOf(agent);
    if (agent === null || secret === undefined || !isSame(access_secret, secret))
      throw await refuse(account, ip, "agent-token.refused", agent?.agent_id);
    await memory.forgive(account, ip);
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
