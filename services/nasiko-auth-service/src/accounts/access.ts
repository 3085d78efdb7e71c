import { agentNameOf, type Principal } from "../principal.ts";
import type { AgentDocument } from "./agents.ts";

type Entry = Pick<AgentDocument, "agent_id" | "owner_id" | "users" | "agents" | "accepted">;

/** Who may call an agent: its owner, those it was granted to, and super users. No entry, no access. */
export function mayCall(principal: Pick<Principal, "id" | "is_super_user">, agent: Entry): boolean {
  if (!agent.accepted) return false;
  const caller = agentNameOf(principal.id);
  if (caller !== undefined) return agent.agents.includes(caller);
  return principal.is_super_user || agent.owner_id === principal.id || agent.users.includes(principal.id);
}

/** Only its owner and super users decide who else may call an agent. */
export const mayManage = (
  principal: Pick<Principal, "id" | "is_super_user">,
  agent: Pick<Entry, "owner_id">,
): boolean => principal.is_super_user || agent.owner_id === principal.id;

/** Organizations keep apart; what is the stack's own belongs to none. */
export const sameOrganization = (a: string | null, b: string | null): boolean =>
  a === null || b === null || a === b;
