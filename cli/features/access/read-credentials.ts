import { text } from "node:stream/consumers";

import type { CommandContext } from "../../stack/context.ts";
import { superuserOf } from "../../stack/state/superuser.ts";
import type { Credentials } from "../../stack/state/superuser.ts";
import { credentialsMissing, noSuperUser } from "./errors.ts";

/** Options of the login, as far as they say where the credentials come from. */
export interface CredentialOptions {
  readonly superUser?: unknown;
  readonly accessKey?: unknown;
  readonly secretStdin?: unknown;
}

/**
 * What somebody logs in with: the stack's own super user, a secret through a pipe, or what is typed on a terminal.
 * @throws NSK-NO-SUPER-USER, NSK-CREDENTIALS-MISSING
 */
export async function readCredentials(
  context: CommandContext,
  options: CredentialOptions,
): Promise<Credentials> {
  const { stack } = context;
  if (options.superUser === true) {
    const credentials = await superuserOf(context);
    if (credentials === undefined) throw noSuperUser({ stack });
    return credentials;
  }
  const { accessKey, secretStdin } = options;
  if (typeof accessKey === "string" && secretStdin === true) {
    const accessSecret = (await text(process.stdin)).trim();
    if (accessSecret !== "") return { accessKey, accessSecret };
  }
  const typed = await ask(typeof accessKey === "string" ? accessKey : undefined);
  if (typed === undefined) throw credentialsMissing({ stack });
  return typed;
}

/** Asks on a terminal; undefined where there is none, or where nothing was said. */
async function ask(known: string | undefined): Promise<Credentials | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const prompts = await import("@clack/prompts");
  const output = process.stderr;
  const accessKey = known ?? (await prompts.text({ message: "Access key", placeholder: "NASK_…", output }));
  if (typeof accessKey !== "string" || accessKey === "") return undefined;
  const accessSecret = await prompts.password({ message: "Access secret", output });
  return typeof accessSecret === "string" && accessSecret !== "" ? { accessKey, accessSecret } : undefined;
}
