import type { Collection, Db } from "mongodb";
import { isAgentName } from "./agent-name.ts";
import { isObject } from "../../lib/json.ts";

/** Who entered an agent: the worker for an upload, a service by hand, or the service registry by serving it. */
export type Source = "uploaded" | "registered" | "discovered";

export interface AgentDocument {
  /** Name of the agent, as in routes; unique. */
  readonly id: string;
  readonly owner_id: string;
  readonly source: Source;
  readonly status: string;
  readonly version: string | null;
  /** Where people reach it; null while that is not known. */
  readonly url: string | null;
  /** Version that is served, where the service registry told it. */
  readonly hash: string | null;
  /** The agent card. */
  readonly card: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** An agent as the API shows it: its card, and what the platform knows about it. */
export type AgentView = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string };

/** What may be changed; what is not given stays as it is. */
export type AgentChange = Partial<Omit<AgentDocument, "id" | "created_at" | "updated_at">>;

const agentsOf = (db: Db): Collection<AgentDocument> => db.collection("registry");

export async function prepareAgents(db: Db): Promise<void> {
  await agentsOf(db).createIndex({ id: 1 }, { unique: true });
}

/** Enters an agent, or changes the one that has this name. */
export async function upsertAgent(db: Db, id: string, change: AgentChange): Promise<AgentDocument> {
  if (!isAgentName(id)) throw new RangeError(`${id} is no agent name`);
  const now = new Date();
  const defaults: Omit<AgentDocument, "id" | "updated_at"> = {
    owner_id: "default-user",
    source: "registered",
    status: "active",
    version: null,
    url: null,
    hash: null,
    card: {},
    created_at: now,
  };
  // The same field in both would be refused.
  const onInsert = Object.fromEntries(Object.entries(defaults).filter(([name]) => !(name in change)));
  await agentsOf(db).updateOne(
    { id },
    { $set: { ...change, updated_at: now }, $setOnInsert: onInsert },
    { upsert: true },
  );
  const written = await findAgent(db, id);
  if (written === undefined) throw new Error(`agent ${id} is gone again`);
  return written;
}

export async function findAgent(db: Db, id: string): Promise<AgentDocument | undefined> {
  return (await agentsOf(db).findOne({ id })) ?? undefined;
}

/** By the name that routes use, or else by the one on the card. */
export async function findAgentByName(db: Db, name: string): Promise<AgentDocument | undefined> {
  return (await findAgent(db, name)) ?? (await agentsOf(db).findOne({ "card.name": name })) ?? undefined;
}

/** By name. @param visible ids, or all there are */
export async function listAgents(
  db: Db,
  visible: "all" | readonly string[],
): Promise<readonly AgentDocument[]> {
  const filter = visible === "all" ? {} : { id: { $in: [...visible] } };
  return agentsOf(db).find(filter).sort({ id: 1 }).toArray();
}

/** @returns whether there was one */
export async function deleteAgent(db: Db, id: string): Promise<boolean> {
  return (await agentsOf(db).deleteOne({ id })).deletedCount > 0;
}

/** Forgets agents that were found in the service registry and are there no more. */
export async function forgetDiscovered(db: Db, stillThere: readonly string[]): Promise<void> {
  await agentsOf(db).deleteMany({ source: "discovered", id: { $nin: [...stillThere] } });
}

export function agentView(agent: AgentDocument): AgentView {
  const { card, ...rest } = agent;
  const displayName = card["name"];
  return {
    ...card,
    id: rest.id,
    agent_id: rest.id,
    name: typeof displayName === "string" ? displayName : rest.id,
    description: textOf(card["description"]),
    url: rest.url ?? textOf(card["url"]),
    version: rest.version ?? textOf(card["version"]),
    tags: tagsOf(card),
    status: rest.status,
    source: rest.source,
    owner_id: rest.owner_id,
    hash: rest.hash,
    created_at: rest.created_at,
    updated_at: rest.updated_at,
  };
}

export interface AgentInfo {
  readonly agent_id: string;
  readonly name: string;
  readonly icon_url: string | null;
  readonly tags: readonly string[];
  readonly description: string;
}

export function agentInfo(agent: AgentDocument): AgentInfo {
  const { card, id } = agent;
  const icon = card["iconUrl"] ?? card["icon_url"];
  return {
    agent_id: id,
    name: agentView(agent).name,
    icon_url: typeof icon === "string" ? icon : null,
    tags: tagsOf(card),
    description: textOf(card["description"]),
  };
}

/** Its own tags, and those of its skills. */
function tagsOf(card: Readonly<Record<string, unknown>>): readonly string[] {
  const skills: readonly unknown[] = Array.isArray(card["skills"]) ? card["skills"] : [];
  const lists = [card["tags"], ...skills.map((skill) => (isObject(skill) ? skill["tags"] : undefined))];
  const tags = lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []));
  return [...new Set(tags.filter((tag) => typeof tag === "string"))];
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
