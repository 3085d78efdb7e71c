import type { Collection, Db } from "mongodb";
import { agentId, type Principal } from "../principal.ts";
import { isDuplicate } from "./users.ts";

/** An agent: whose it is, and who else may call it. */
export interface AgentDocument {
  /** Its name, as in routes; unique. */
  readonly agent_id: string;
  /** Null: the stack's own, for the super user to manage. */
  readonly owner_id: string | null;
  /** Of its owner; null: it may be shared with every organization. */
  readonly organization: string | null;
  readonly users: readonly string[];
  readonly agents: readonly string[];
  readonly generation: number;
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
}

export const findAgent = (db: Db, agent_id: string): Promise<AgentDocument | null> =>
  agentsOf(db).findOne({ agent_id });

export const listAgents = (db: Db): Promise<readonly AgentDocument[]> =>
  agentsOf(db).find().sort({ agent_id: 1 }).toArray();

/** Enters an agent, unless somebody did already. @returns the entry that is there now */
export async function ensureAgent(
  db: Db,
  agent: Pick<AgentDocument, "agent_id" | "owner_id" | "organization">,
): Promise<AgentDocument> {
  const known = await findAgent(db, agent.agent_id);
  if (known !== null) return known;
  const now = new Date();
  // A name may go and come back; the tokens of an earlier agent of that name stay void.
  const generation = Math.floor(now.getTime() / 1000);
  const made: AgentDocument = { ...agent, users: [], agents: [], generation, created_at: now };
  try {
    await agentsOf(db).insertOne({ ...made });
    return made;
  } catch (error) {
    const winner = isDuplicate(error) ? await findAgent(db, agent.agent_id) : null;
    if (winner === null) throw error;
    return winner;
  }
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

/** Takes a user out of all grants; what they own stays, for the super user to manage. */
export async function forgetUser(db: Db, user_id: string): Promise<void> {
  await agentsOf(db).updateMany({ users: user_id }, { $pull: { users: user_id } });
  await agentsOf(db).updateMany({ owner_id: user_id }, { $set: { owner_id: null } });
}

/** Makes every agent's tokens void. @returns how many agents there are */
export async function raiseAllAgents(db: Db): Promise<number> {
  return (await agentsOf(db).updateMany({}, { $inc: { generation: 1 } })).matchedCount;
}

export const agentPrincipal = (agent: AgentDocument): Principal => ({
  id: agentId(agent.agent_id),
  kind: "agent",
  generation: agent.generation,
  active: true,
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
