import { randomBytes } from "node:crypto";
import { resolve } from "node:path";

import { stringify } from "yaml";

import type { SecretRef } from "../../../platform/services/env-value.ts";
import { composeFile } from "../../features/export/compose-file.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./compose.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { chooseForEngine } from "../../stack/blueprint/choose-for-engine.ts";
import { writePrivate } from "../../stack/home/write-private.ts";
import { stackSecrets } from "../../stack/state/stack-secrets.ts";

const HEADER = (stack: string, keepData: boolean): string =>
  [
    ` Stack ${stack} of the Nasiko platform, for Docker Compose: docker compose up --wait`,
    " Images are those that `nasiko local up` pulled or built on this engine.",
    keepData
      ? " It holds the stack's own secrets and uses its volumes: keep it from others, and `nasiko local down` first."
      : " Passwords are fresh and stand here as defaults: keep it from others, or set the variables in .env beside it.",
  ].join("\n");

/** The escape hatch: the platform without Pulumi and without us. */
export const handler: Handler<typeof spec> = async (context, { options }) => {
  const { keepData } = options;
  const choice = await chooseForEngine(context, context.docker, { record: false });
  const blueprint = await blueprintOf(context, choice);
  const known = keepData ? await stackSecrets(context) : new Map<string, string>();
  const fresh = once(freshSecret);
  const secret = (ref: SecretRef): string =>
    (keepData ? (ref.chosen ?? known.get(ref.secret)) : undefined) ?? fresh(ref.secret);
  const file = composeFile({ blueprint, secret, keepData });
  const body = stringify(file, { lineWidth: 0, aliasDuplicateObjects: false });
  const comment = HEADER(context.stack, keepData).replaceAll(/^/gm, "#");
  const text = `${comment}\n${body.trimEnd()}`;
  if (options.output === "-") {
    context.output.note(
      "! It holds passwords. `--output FILE` writes a file that only you may read; a redirected one is readable as the umask has it.",
    );
    return { exitCode: 0, text, json: { ...file } };
  }
  const path = resolve(context.cwd, options.output);
  writePrivate(path, `${text}\n`);
  return {
    exitCode: 0,
    text: `Written to ${options.output}, for you alone: it holds passwords.`,
    json: { ok: true, file: path },
  };
};

/** As long as those that the program generates, and like them safe in URLs and configuration files. */
const freshSecret = (): string => randomBytes(16).toString("hex");

/** A secret that stands in several places is the same everywhere. */
function once(make: (purpose: string) => string): (purpose: string) => string {
  const made = new Map<string, string>();
  return (purpose) => {
    const value = made.get(purpose) ?? make(purpose);
    made.set(purpose, value);
    return value;
  };
}
