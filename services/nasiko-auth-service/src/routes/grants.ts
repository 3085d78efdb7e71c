import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { mayCall, mayManage, sameOrganization } from "../accounts/access.ts";
import {
  acceptAgent,
  deleteAgent,
  ensureAgent,
  findAgent,
  grant,
  listAgents,
  permissionView,
  setStackAgents,
  withdraw,
  type AgentDocument,
  type Grantee,
} from "../accounts/agents.ts";
import { record } from "../accounts/audit.ts";
import { findUser, listUsers } from "../accounts/users.ts";
import { agentSecret } from "../credentials.ts";
import { callerOf, principalOf, serviceOf } from "../identity.ts";
import type { Platform } from "../platform.ts";
import { agentId, type Principal } from "../principal.ts";
import { notFound, Problem } from "../../../lib/problem.ts";
import { AgentName } from "./words.ts";

const MOST = 500;
const Users = z.object({ user_ids: z.array(z.string().min(1).max(64)).min(1).max(MOST) });
const Agents = z.object({ agent_ids: z.array(AgentName).min(1).max(MOST) });
const Owner = z.object({ owner_id: z.string().min(1).max(64) });
/** In a query: whether the worker has yet to take the agent's first version. */
const Pending = z.object({ pending: z.stringbool().default(false) });
const StackAgents = z.object({ agent_names: z.array(AgentName).max(MOST) });

interface ByAgent {
  readonly Params: { readonly id: string };
}
interface ByGrantee {
  readonly Params: { readonly id: string; readonly grantee: string };
}

/** Whose an agent is, and who else may call it. */
export function grantRoutes(app: FastifyInstance, platform: Platform): void {
  const { db, memory, gateway, settings } = platform;

  /**
   * An agent that the caller decides about. A super user's first word about one of the stack's agents enters it.
   * @throws Problem 404 for one that the caller cannot even call, 403 for one that is somebody else's
   */
  const managed = async (name: string, caller: Principal): Promise<AgentDocument> => {
    const agent_id = AgentName.parse(name);
    const agent = await findAgent(db(), agent_id);
    if (agent === null && caller.is_super_user)
      return ensureAgent(db(), { agent_id, owner_id: null, organization: null });
    if (agent === null || !(caller.is_super_user || mayCall(caller, agent))) throw notFound("agent");
    if (!mayManage(caller, agent))
      throw new Problem(403, "Only its owner and super users decide who may call an agent");
    return agent;
  };

  const grantees = async (
    agent: AgentDocument,
    caller: Principal,
    kind: Grantee,
    ids: readonly string[],
  ): Promise<void> => {
    const known = await knownOf(agent, kind, ids);
    const unknown = ids.filter((id) => !known.includes(id));
    // All or nothing; those of another organization do not exist as far as this one can tell.
    if (unknown.length > 0)
      throw new Problem(404, `There is no such ${kind.slice(0, -1)}: ${unknown.join(", ")}`);
    await grant(db(), agent.agent_id, kind, ids);
    await record(db(), {
      actor: caller.id,
      action: `access.grant-${kind}`,
      target: agent.agent_id,
      detail: { ids },
    });
  };
  const knownOf = async (
    agent: AgentDocument,
    kind: Grantee,
    ids: readonly string[],
  ): Promise<readonly string[]> => {
    if (kind === "users") {
      const users = await listUsers(db(), { user_id: { $in: [...ids] } });
      return users
        .filter(({ organization }) => sameOrganization(organization, agent.organization))
        .map(({ user_id }) => user_id);
    }
    const entries = await Promise.all(ids.map((id) => findAgent(db(), id)));
    return entries.flatMap((entry) =>
      entry !== null && sameOrganization(entry.organization, agent.organization) ? [entry.agent_id] : [],
    );
  };
  const answer = async (agent_id: string): Promise<Readonly<Record<string, unknown>>> => {
    const gateway_in_step = await gateway.sync();
    const agent = await findAgent(db(), agent_id);
    if (agent === null) throw notFound("agent");
    return { success: true, ...permissionView(agent), gateway_in_step };
  };

  app.get("/auth/my-accessible-agents", async ({ headers }) => {
    const principal = await principalOf(platform, headers.authorization);
    const agents = (await listAgents(db())).filter((agent) => mayCall(principal, agent));
    return { accessible_agents: agents.map(({ agent_id }) => agent_id) };
  });

  app.get<ByAgent>("/auth/agent-permissions/owner/:id", async ({ headers, params }) => {
    const caller = await callerOf(platform, headers.authorization);
    const allowed =
      caller.kind === "service" || caller.principal.is_super_user || caller.principal.id === params.id;
    if (!allowed) throw new Problem(403, "Super user access required");
    const agents = (await listAgents(db())).filter(({ owner_id }) => owner_id === params.id);
    const permissions = agents.map(({ agent_id }) => ({
      agent_id,
      owner_id: params.id,
      permission_level: "full",
    }));
    return { agent_permissions: permissions };
  });

  app.get<ByAgent>("/auth/agents/:id/permissions", async ({ headers, params }) => {
    const caller = await principalOf(platform, headers.authorization);
    return permissionView(await managed(params.id, caller));
  });

  // Whoever uploads an agent owns it; that is for the backend to say, or for a super user.
  app.post<ByAgent>("/auth/agents/:id/permissions", async ({ headers, params, query }) => {
    const caller = await callerOf(platform, headers.authorization);
    if (caller.kind === "principal" && !caller.principal.is_super_user)
      throw new Problem(403, "Super user access required");
    const agent_id = AgentName.parse(params.id);
    const { owner_id } = Owner.parse(query);
    const { pending } = Pending.parse(query);
    const owner = await findUser(db(), { user_id: owner_id });
    if (owner === null) throw notFound("user");
    const { organization } = owner;
    const agent = await ensureAgent(db(), { agent_id, owner_id, organization, accepted: !pending });
    if (agent.of_stack) throw new Problem(409, "The agent belongs to the stack");
    if (agent.owner_id !== owner_id) throw new Problem(409, "The agent has another owner");
    if (!pending) await acceptAgent(db(), agent_id);
    const actor = caller.kind === "service" ? "platform" : caller.principal.id;
    await record(db(), { actor, action: "access.own", target: agent_id, detail: { owner_id } });
    return answer(agent_id);
  });

  app.delete<ByAgent>("/auth/agents/:id/permissions", async ({ headers, params, query }) => {
    const caller = await callerOf(platform, headers.authorization);
    const { pending } = Pending.parse(query);
    const agent =
      caller.kind === "service"
        ? await findAgent(db(), AgentName.parse(params.id))
        : await managed(params.id, caller.principal);
    if (agent === null) throw notFound("agent");
    if (agent.of_stack) throw new Problem(409, "The agent belongs to the stack");
    // A version that was refused takes back only what it claimed itself.
    if (pending && agent.accepted) return { success: false, gateway_in_step: true };
    await deleteAgent(db(), agent.agent_id);
    const actor = caller.kind === "service" ? "platform" : caller.principal.id;
    await record(db(), { actor, action: "access.forget", target: agent.agent_id, detail: {} });
    await memory.forget(agentId(agent.agent_id));
    return { success: true, gateway_in_step: await gateway.sync() };
  });

  // The worker takes an agent: from now on it is its owner's to call, and it gets a secret that nobody had before.
  app.post<ByAgent>("/auth/agents/:id/accept", async ({ headers, params, query }) => {
    await serviceOf(platform, headers.authorization);
    const agent_id = AgentName.parse(params.id);
    const { owner_id } = Owner.partial().parse(query);
    const owner = owner_id === undefined ? null : await findUser(db(), { user_id: owner_id });
    // One from the time before there were users is the super user's to share.
    const agent = await ensureAgent(db(), {
      agent_id,
      owner_id: owner?.user_id ?? null,
      organization: owner?.organization ?? null,
    });
    if (agent.of_stack) throw new Problem(409, "The agent belongs to the stack");
    if (agent.owner_id !== null && agent.owner_id !== owner_id)
      throw new Problem(409, "The agent has another owner");
    if (!agent.accepted) {
      await acceptAgent(db(), agent_id);
      await memory.forget(agentId(agent_id));
      await record(db(), { actor: "platform", action: "access.accept", target: agent_id, detail: {} });
    }
    const { agentsSecret } = settings;
    const { owner_id: owned, secret_generation: generation } = agent;
    const access_secret =
      agentsSecret === undefined
        ? null
        : agentSecret(agentsSecret, { agent: agent_id, owner: owned, generation });
    return { access_secret, gateway_in_step: await gateway.sync() };
  });

  // The stack's program says which names are its own, whether or not anything runs under them.
  app.put("/auth/stack/agents", async ({ headers, body }) => {
    await serviceOf(platform, headers.authorization);
    const change = await setStackAgents(db(), StackAgents.parse(body).agent_names);
    const { entered, taken, released } = change;
    await Promise.all([...entered, ...released].map((agent) => memory.forget(agentId(agent))));
    if (entered.length > 0 || released.length > 0)
      await record(db(), { actor: "stack", action: "stack.agents", target: "*", detail: { ...change } });
    return { success: true, entered, taken, released, gateway_in_step: await gateway.sync() };
  });

  app.post<ByAgent>("/auth/agents/:id/access/users", async ({ headers, params, body }) => {
    const caller = await principalOf(platform, headers.authorization);
    const { user_ids } = Users.parse(body);
    await grantees(await managed(params.id, caller), caller, "users", user_ids);
    return answer(params.id);
  });

  app.post<ByAgent>("/auth/agents/:id/access/agents", async ({ headers, params, body }) => {
    const caller = await principalOf(platform, headers.authorization);
    const { agent_ids } = Agents.parse(body);
    await grantees(await managed(params.id, caller), caller, "agents", agent_ids);
    return answer(params.id);
  });

  const withdrawal = (kind: Grantee): void => {
    app.delete<ByGrantee>(`/auth/agents/:id/access/${kind}/:grantee`, async ({ headers, params }) => {
      const caller = await principalOf(platform, headers.authorization);
      const agent = await managed(params.id, caller);
      await withdraw(db(), agent.agent_id, kind, params.grantee);
      await record(db(), {
        actor: caller.id,
        action: `access.revoke-${kind}`,
        target: agent.agent_id,
        detail: { ids: [params.grantee] },
      });
      return answer(agent.agent_id);
    });
  };
  withdrawal("users");
  withdrawal("agents");
}
