import type { CommandResult } from "../../lib/command-result.ts";
import type { CommandContext } from "../../stack/context.ts";
import type { AuthClient } from "./auth-client.ts";
import { idsOf } from "./find-user.ts";
import { openAccess } from "./session.ts";

/**
 * Changes one user.
 * @param name name or id of the user
 * @param now what holds after the change, e.g. "can log in again"
 * @throws what is wrong with the name
 */
export async function changeUser(
  context: CommandContext,
  name: string,
  now: string,
  change: (client: AuthClient, id: string) => Promise<void>,
): Promise<CommandResult> {
  const { client } = await openAccess(context);
  const [id = ""] = idsOf([name], await client.users());
  await change(client, id);
  return {
    exitCode: 0,
    text: `User ${name} ${now}.`,
    json: { ok: true, stack: context.stack, user_id: id },
  };
}
