import type { AuthClient, FoundUser, Grantee, Permissions } from "../features/access/auth-client.ts";
import { granteeMissing } from "../features/access/errors.ts";
import { idsOf } from "../features/access/find-user.ts";
import { openAccess } from "../features/access/session.ts";
import type { CommandResult, Handler, OptionValues } from "./command.ts";
import { table } from "../render/table.ts";

const agentOf = (options: OptionValues): string => String(options["agent"] ?? "");

/** Names of an option, with commas between. */
const namesIn = (value: OptionValues[string]): readonly string[] =>
  typeof value === "string" ? value.split(",").filter((name) => name !== "") : [];

export const grant: Handler = (context, options) =>
  decide(context, options, async (client, agent, kind, ids) => {
    await client.grant(agent, kind, ids);
  });

export const revoke: Handler = (context, options) =>
  decide(context, options, async (client, agent, kind, ids) => {
    for (const id of ids) await client.withdraw(agent, kind, id);
  });

export const list: Handler = async (context, options) => {
  const { client } = await openAccess(context);
  const [permissions, users] = await Promise.all([client.permissionsOf(agentOf(options)), client.findable()]);
  return describe(context.stack, permissions, users);
};

/** Grants or withdraws for all who are named, and shows what holds now. Unknown users are named before anything changes. */
async function decide(
  context: Parameters<Handler>[0],
  options: OptionValues,
  change: (client: AuthClient, agent: string, kind: Grantee, ids: readonly string[]) => Promise<void>,
): Promise<CommandResult> {
  const agent = agentOf(options);
  const agents = namesIn(options["toAgent"]);
  const named = namesIn(options["user"]);
  if (agents.length + named.length === 0) throw granteeMissing({ agent });
  const { client } = await openAccess(context);
  const users = await client.findable();
  const ids = idsOf(named, users);
  if (ids.length > 0) await change(client, agent, "users", ids);
  if (agents.length > 0) await change(client, agent, "agents", agents);
  return describe(context.stack, await client.permissionsOf(agent), users);
}

function describe(stack: string, permissions: Permissions, users: readonly FoundUser[]): CommandResult {
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
