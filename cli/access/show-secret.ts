import type { CommandResult, OptionValues } from "../command.ts";
import type { CommandContext } from "../context.ts";
import type { UserWithSecret } from "./auth-client.ts";
import { secretUnseen } from "./errors.ts";

/**
 * Makes sure that somebody will see a secret before it is made.
 * @param command to be typed again, e.g. "user add alice"
 * @throws NSK-SECRET-UNSEEN
 */
export function requireViewer({ output }: CommandContext, options: OptionValues, command: string): void {
  const isAskedFor = options["showSecrets"] === true || options["json"] === true;
  if (!isAskedFor && !output.personal) throw secretUnseen({ command });
}

/** A user's new credentials, this once. */
export const withSecret = (stack: string, what: string, user: UserWithSecret): CommandResult => ({
  exitCode: 0,
  text: [
    what,
    `  access key     ${user.access_key}`,
    `  access secret  ${user.access_secret}`,
    "The secret is shown this once; nobody can look it up.",
  ].join("\n"),
  json: { ok: true, stack, user },
});
