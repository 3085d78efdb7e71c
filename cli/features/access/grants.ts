import type { CommandResult } from "../../lib/command-result.ts";
import { table } from "../../render/table.ts";
import type { CommandContext } from "../../stack/context.ts";
import type { AuthClient, FoundUser, Grantee, Permissions } from "./auth-client.ts";
import { granteeMissing } from "./errors.ts";
import { idsOf } from "./find-user.ts";
import { openAccess } from "./session.ts";

/** Who is given access to an agent, or loses it. */
export interface Grantees {
  readonly agent: string;
  /** Users, by name or id. */
  readonly users: readonly string[];
  readonly agents: readonly string[];
}

/** Changes the grants of one kind: users or agents. */
export type ChangeGrants = (
  client: AuthClient,
  agent: string,
  kind: Grantee,
  ids: readonly string[],
) => Promise<void>;

/**
 * Changes grants for all who are named, and shows what holds now. Users are looked up before anything changes.
 * @throws NSK-GRANTEE-MISSING, and what is wrong with the names
 */
export async function changeGrants(
  context: CommandContext,
  { agent, users: named, agents }: Grantees,
  change: ChangeGrants,
): Promise<CommandResult> {
  if (agents.length + named.length === 0) throw granteeMissing({ agent });
  const { client } = await openAccess(context);
  const users = await client.findable();
  const ids = idsOf(named, users);
  if (ids.length > 0) await change(client, agent, "users", ids);
  if (agents.length > 0) await change(client, agent, "agents", agents);
  return describeGrants(context.stack, await client.permissionsOf(agent), users);
}

/** Who owns an agent, and who may call it. */
export function describeGrants(
  stack: string,
  permissions: Permissions,
  users: readonly FoundUser[],
): CommandResult {
  const { agent_id, owner_id, can_be_accessed_by_users, can_be_accessed_by_agents } = permissions;
  const nameOf = (id: string): string => users.find(({ user_id }) => user_id === id)?.username ?? id;
  const listed = (names: readonly string[]): string => (names.length === 0 ? "nobody" : names.join(", "));
  return {
    exitCode: 0,
    text: table([
      ["Agent", agent_id],
      ["Owner", owner_id === null ? "super users" : nameOf(owner_id)],
      ["Users", listed(can_be_accessed_by_users.map(nameOf))],
      ["Agents", listed(can_be_accessed_by_agents)],
    ]),
    json: { ok: true, stack, permissions },
  };
}
