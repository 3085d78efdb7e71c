import type { CommandResult } from "../../lib/command-result.ts";
import type { CommandContext } from "../../stack/context.ts";
import type { UserWithSecret } from "./auth-client.ts";
import { secretUnseen } from "./errors.ts";

/** Options of a command that makes a secret, as far as they say who will see it. */
export interface SecretOptions {
  readonly showSecrets: boolean;
  readonly json: boolean;
}

/**
 * Makes sure that somebody will see a secret before it is made.
 * @param command to be typed again, e.g. "user add alice"
 * @throws NSK-SECRET-UNSEEN
 */
export function requireViewer({ output }: CommandContext, options: SecretOptions, command: string): void {
  const isAskedFor = options.showSecrets || options.json;
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
