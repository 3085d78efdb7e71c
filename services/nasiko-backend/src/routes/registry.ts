import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { isAgentName, toAgentName } from "../agent-name.ts";
import {
  agentInfo,
  agentView,
  deleteAgent,
  findAgent,
  findAgentByName,
  listAgents,
  upsertAgent,
  type AgentChange,
  type AgentDocument,
} from "../agents.ts";
import { envelope } from "../envelope.ts";
import { mayManage, type User } from "../identity.ts";
import type { Platform } from "../platform.ts";
import { notFound, Problem } from "../../../lib/problem.ts";
import { markRemoved, stateOf, versionsOf } from "../uploads.ts";

/** An agent's card with what the platform adds; unknown fields belong to the card. */
const Entry = z
  .looseObject({
    id: z.string().optional(),
    name: z.string().min(1).max(200).optional(),
    url: z.string().max(2000).optional(),
    version: z.string().max(100).optional(),
    status: z.string().max(40).optional(),
    owner_id: z.string().max(200).optional(),
    hash: z.string().max(200).optional(),
    source: z.enum(["registered", "uploaded"]).optional(),
    card: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((entry) => JSON.stringify(entry).length <= 512 * 1024, "is too large");

const VersionStatus = z.object({ version: z.string().max(100), status: z.string().max(40) });

interface ByName {
  readonly Params: { readonly name: string };
}
interface ById {
  readonly Params: { readonly id: string };
}

export function registryRoutes(app: FastifyInstance, platform: Platform): void {
  const { db, identity, discover, queue } = platform;

  const visibleTo = async (user: User): Promise<readonly AgentDocument[]> => {
    await discover();
    return listAgents(db(), await identity.agentsOf(user));
  };
  const ifVisible = async (agent: AgentDocument | undefined, user: User): Promise<AgentDocument> => {
    const visible = await identity.agentsOf(user);
    if (agent === undefined || (visible !== "all" && !visible.includes(agent.id))) throw notFound("agent");
    return agent;
  };

  app.get("/registry/user/agents", async ({ headers }) => {
    const agents = await visibleTo(await identity.user(headers.authorization));
    return envelope(agents.map(agentView), `${agents.length} agents`);
  });

  app.get("/registry/user/agents/info", async ({ headers }) => {
    const agents = await visibleTo(await identity.user(headers.authorization));
    return envelope(agents.map(agentInfo), `${agents.length} agents`);
  });

  app.get<ByName>("/registry/agent/name/:name", async ({ headers, params }) => {
    const user = await identity.user(headers.authorization);
    await discover();
    return envelope(
      agentView(await ifVisible(await findAgentByName(db(), params.name), user)),
      "Agent found",
    );
  });

  app.get<ById>("/registry/agent/id/:id", async ({ headers, params }) => {
    const user = await identity.user(headers.authorization);
    await discover();
    return envelope(agentView(await ifVisible(await findAgent(db(), params.id), user)), "Agent found");
  });

  // What `deploy-agent` of the platform's own command line asks for.
  app.get<{ Querystring: { name?: string } }>("/registries", async ({ headers, query }) => {
    const user = await identity.user(headers.authorization);
    const agents = await visibleTo(user);
    const named = agents.filter(({ id }) => query.name === undefined || id === query.name);
    const states = named.map(({ id, status, url }) => ({ name: id, status, service_url: url }));
    if (states.length > 0 || query.name === undefined) return states;
    const [latest] = await versionsOf(db(), query.name);
    if (latest === undefined || !mayManage(user, latest.owner_id)) return [];
    const state = stateOf(latest.status).toLowerCase();
    return [{ name: query.name, status: state, service_url: latest.url }];
  });

  app.post("/registry", async ({ headers, body }, reply) => {
    identity.service(headers.authorization);
    const entry = Entry.parse(body);
    const id = toAgentName(entry.id ?? entry.name ?? "");
    if (id === undefined) throw new Problem(400, "The agent has no usable name");
    const agent = await upsertAgent(db(), id, changeOf(entry));
    return reply.code(201).send(envelope(agentView(agent), "Agent registered", 201));
  });

  app.put<ByName>("/registry/agent/:name", async ({ headers, params, body }) => {
    identity.service(headers.authorization);
    if (!isAgentName(params.name)) throw new Problem(400, "The agent's name cannot be used");
    const entry = Entry.parse(body);
    if (entry.source === "uploaded") await identity.accept(params.name, entry.owner_id);
    const agent = await upsertAgent(db(), params.name, changeOf(entry));
    return envelope(agentView(agent), "Agent registered");
  });

  app.put<ByName>("/registry/agent/:name/version/status", async ({ headers, params, body }) => {
    identity.service(headers.authorization);
    const { version, status } = VersionStatus.parse(body);
    if ((await findAgent(db(), params.name)) === undefined) throw notFound("agent");
    return envelope(agentView(await upsertAgent(db(), params.name, { version, status })), "Status changed");
  });

  app.delete<ById>("/registry/agent/:id", async ({ headers, params }) => {
    const user = await identity.user(headers.authorization);
    const agent = await ifVisible(await findAgent(db(), params.id), user);
    if (!mayManage(user, agent.owner_id))
      throw new Problem(403, "Only its owner and super users remove an agent");
    if (agent.source === "discovered")
      throw new Problem(409, `Agent ${agent.id} belongs to the stack: nasiko local remove-agent ${agent.id}`);
    // The container first: without an entry nobody would find it to remove it.
    await queue.send({
      command: "remove_agent",
      agent_name: agent.id,
      agent_path: "",
      owner_id: user.subject_id,
      upload_id: "",
    });
    await deleteAgent(db(), agent.id);
    await markRemoved(db(), agent.id);
    await identity.disown(agent.id);
    return envelope({ id: agent.id }, "Agent removed");
  });
}

function changeOf(entry: z.output<typeof Entry>): AgentChange {
  const { card: given, url, version, status, owner_id, hash, source, ...rest } = entry;
  const card = { ...withoutId(rest), ...given };
  return {
    ...(Object.keys(card).length === 0 ? {} : { card }),
    ...(url === undefined ? {} : { url }),
    ...(version === undefined ? {} : { version }),
    ...(status === undefined ? {} : { status }),
    ...(owner_id === undefined ? {} : { owner_id }),
    ...(hash === undefined ? {} : { hash }),
    ...(source === undefined ? {} : { source }),
  };
}

/** The id is the platform's, not the card's. */
const withoutId = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== "id"));
