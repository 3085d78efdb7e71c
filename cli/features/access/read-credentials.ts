import { text } from "node:stream/consumers";

import { askSecret, askText } from "../../render/ask.ts";
import type { Terminal } from "../../render/terminal.ts";
import type { CommandContext } from "../../stack/context.ts";
import { type Credentials, superuserOf } from "../../stack/state/superuser.ts";
import { credentialsMissing, noSuperUser } from "./errors.ts";

/** Options of the login, as far as they say where the credentials come from. */
export interface CredentialOptions {
  readonly superUser: boolean;
  readonly accessKey: string | undefined;
  readonly secretStdin: boolean;
}

/**
 * What somebody logs in with: the stack's own super user, a secret through a pipe, or what is typed on a terminal.
 * @throws NSK-NO-SUPER-USER, NSK-CREDENTIALS-MISSING
 */
export async function readCredentials(
  context: CommandContext,
  { superUser, accessKey, secretStdin }: CredentialOptions,
): Promise<Credentials> {
  const { stack, terminal } = context;
  if (superUser) {
    const credentials = await superuserOf(context);
    if (credentials === undefined) throw noSuperUser({ stack });
    return credentials;
  }
  if (accessKey !== undefined && secretStdin) {
    const accessSecret = (await text(terminal.stdin)).trim();
    if (accessSecret !== "") return { accessKey, accessSecret };
  }
  const typed = await ask(terminal, accessKey);
  if (typed === undefined) throw credentialsMissing({ stack });
  return typed;
}

/** Asks on a terminal; undefined where there is none, or when one of the two was not answered. */
async function ask(terminal: Terminal, known: string | undefined): Promise<Credentials | undefined> {
  const accessKey = known ?? (await askText(terminal, "Access key", "NASK_…")) ?? "";
  if (accessKey === "") return undefined;
  const accessSecret = (await askSecret(terminal, "Access secret")) ?? "";
  return accessSecret === "" ? undefined : { accessKey, accessSecret };
}
