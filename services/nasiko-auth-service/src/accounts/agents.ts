import { randomUUID } from "node:crypto";
import type { Collection, Db } from "mongodb";
import { agentId, type Principal } from "../principal.ts";
import { isDuplicate } from "./users.ts";

/** An agent: whose it is, and who else may call it. */
export interface AgentDocument {
  /** Its name, as in routes; unique. */
  readonly agent_id: string;
  /** Null: the stack's own or nobody's any more, for the super user to manage. */
  readonly owner_id: string | null;
  /** Its name belongs to the stack's program: nobody takes it, and nobody gives it away. */
  readonly of_stack: boolean;
  /** False while the worker has not taken its first version: until then it is nobody's to call. */
  readonly accepted: boolean;
  /** Of its owner; null: it may be shared with every organization. */
  readonly organization: string | null;
  readonly users: readonly string[];
  readonly agents: readonly string[];
  /** Of its tokens. */
  readonly generation: number;
  /** Of its access secret: another one for each owner, and each time that the name is taken. */
  readonly secret_generation: string;
  readonly created_at: Date;
}

/** As the API shows who may call an agent. */
export interface PermissionView {
  readonly agent_id: string;
  readonly owner_id: string | null;
  readonly can_be_accessed_by_users: readonly string[];
  readonly can_be_accessed_by_agents: readonly string[];
}

const agentsOf = (db: Db): Collection<AgentDocument> => db.collection("auth_agents");

export async function prepareAgents(db: Db): Promise<void> {
  await agentsOf(db).createIndex({ agent_id: 1 }, { unique: true });
  // Entries of earlier versions, whose secrets were the same for every owner of a name.
  const earlier = await agentsOf(db)
    .find({ secret_generation: { $exists: false } })
    .toArray();
  for (const { agent_id } of earlier)
    await agentsOf(db).updateOne(
      { agent_id },
      { $set: { of_stack: false, accepted: true, secret_generation: randomUUID() } },
    );
}

export const findAgent = (db: Db, agent_id: string): Promise<AgentDocument | null> =>
  agentsOf(db).findOne({ agent_id });

export const listAgents = (db: Db): Promise<readonly AgentDocument[]> =>
  agentsOf(db).find().sort({ agent_id: 1 }).toArray();

export type NewAgent = Pick<AgentDocument, "agent_id" | "owner_id" | "organization"> &
  Partial<Pick<AgentDocument, "of_stack" | "accepted">>;

/** Enters an agent, unless somebody did already. @returns the entry that is there now */
export async function ensureAgent(db: Db, agent: NewAgent): Promise<AgentDocument> {
  const known = await findAgent(db, agent.agent_id);
  if (known !== null) return known;
  const now = new Date();
  const made: AgentDocument = {
    ...{ of_stack: false, accepted: true, ...agent },
    ...{ users: [], agents: [] },
    // A name may go and come back; tokens and secrets of an earlier agent of that name stay void.
    generation: now.getTime(),
    secret_generation: randomUUID(),
    created_at: now,
  };
  try {
    await agentsOf(db).insertOne({ ...made });
    return made;
  } catch (error) {
    const winner = isDuplicate(error) ? await findAgent(db, agent.agent_id) : null;
    if (winner === null) throw error;
    return winner;
  }
}

/** The worker has taken the agent's first version. */
export async function acceptAgent(db: Db, agent_id: string): Promise<void> {
  await agentsOf(db).updateOne({ agent_id }, { $set: { accepted: true } });
}

/** What changed of the stack's agents, by name. */
export interface StackAgentsChange {
  readonly entered: readonly string[];
  /** Of these, the ones that were taken from a user: the program's word counts more. */
  readonly taken: readonly string[];
  readonly released: readonly string[];
}

/** Reserves the names of the stack's agents, as the program lists them, and sets free those that it lists no more. */
export async function setStackAgents(db: Db, names: readonly string[]): Promise<StackAgentsChange> {
  const known = new Map((await listAgents(db)).map((agent) => [agent.agent_id, agent]));
  const entered = names.filter((name) => known.get(name)?.of_stack !== true);
  const taken = entered.filter((name) => (known.get(name)?.owner_id ?? null) !== null);
  const released = [...known.values()].flatMap(({ agent_id, of_stack }) =>
    of_stack && !names.includes(agent_id) ? [agent_id] : [],
  );
  for (const name of [...taken, ...released]) await deleteAgent(db, name);
  for (const agent_id of entered) {
    await ensureAgent(db, { agent_id, owner_id: null, organization: null, of_stack: true });
    // Grants from the time before its name was reserved are the super user's word.
    await agentsOf(db).updateOne({ agent_id }, { $set: { of_stack: true, accepted: true } });
  }
  return { entered, taken, released };
}

/** Who may call: field of the entry by kind of caller. */
export type Grantee = "users" | "agents";

export async function grant(db: Db, agent_id: string, kind: Grantee, ids: readonly string[]): Promise<void> {
  await agentsOf(db).updateOne({ agent_id }, { $addToSet: { [kind]: { $each: ids } } });
}

export async function withdraw(db: Db, agent_id: string, kind: Grantee, id: string): Promise<void> {
  await agentsOf(db).updateOne({ agent_id }, { $pull: { [kind]: id } });
}

export async function deleteAgent(db: Db, agent_id: string): Promise<void> {
  await agentsOf(db).deleteOne({ agent_id });
  await agentsOf(db).updateMany({ agents: agent_id }, { $pull: { agents: agent_id } });
}

/**
 * Takes a user out of all grants; what they own stays, for the super user to manage.
 * @returns the agents that they owned
 */
export async function forgetUser(db: Db, user_id: string): Promise<readonly string[]> {
  await agentsOf(db).updateMany({ users: user_id }, { $pull: { users: user_id } });
  const owned = await agentsOf(db).find({ owner_id: user_id }).toArray();
  for (const { agent_id } of owned)
    await agentsOf(db).updateOne(
      { agent_id },
      { $set: { owner_id: null, secret_generation: randomUUID() }, $inc: { generation: 1 } },
    );
  return owned.map(({ agent_id }) => agent_id);
}

/** Makes every agent's tokens void. @returns how many agents there are */
export async function raiseAllAgents(db: Db): Promise<number> {
  return (await agentsOf(db).updateMany({}, { $inc: { generation: 1 } })).matchedCount;
}

export const agentPrincipal = (agent: AgentDocument): Principal => ({
  id: agentId(agent.agent_id),
  kind: "agent",
  generation: agent.generation,
  active: agent.accepted,
  username: agent.agent_id,
  email: "",
  is_super_user: false,
  organization: agent.organization,
});

export const permissionView = ({ agent_id, owner_id, users, agents }: AgentDocument): PermissionView => ({
  agent_id,
  owner_id,
  can_be_accessed_by_users: users,
  can_be_accessed_by_agents: agents,
});
