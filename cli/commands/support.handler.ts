import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { writeArchive, type ArchivedText } from "../features/support/archive.ts";
import { supportNotConfirmed, supportUnwritable } from "../features/support/errors.ts";
import { knownSecrets } from "../features/support/known-secrets.ts";
import { createRedaction } from "../lib/redact.ts";
import type { CommandResult } from "../lib/command-result.ts";
import { confirm } from "../render/ask.ts";
import { table } from "../render/table.ts";
import { packageFolder } from "../../platform/package-folder.ts";
import { shareBlueprint } from "../stack/blueprint/blueprint.ts";
import type { CommandContext } from "../stack/context.ts";
import type { Call, Handler } from "./define-command.ts";
import type { spec } from "./support.ts";

/** Lines of each container's log, runs and traces: enough to see what happened last. */
const LINES = "300";
const LATEST = "20";

/** What goes into the archive, by what other commands say of the stack. */
const PARTS: readonly {
  readonly name: string;
  readonly of: () => Promise<Call>;
  /** @default the JSON document */
  readonly as?: "text";
}[] = [
  { name: "doctor.json", of: async () => (await import("./doctor.ts")).doctor.prepare(NOTHING) },
  { name: "config.json", of: async () => (await import("./config.ts")).config.prepare(NOTHING) },
  { name: "services.json", of: async () => (await import("./services.ts")).services.prepare(NOTHING) },
  { name: "status.json", of: async () => (await import("./local/status.ts")).status.prepare(NOTHING) },
  { name: "stats.json", of: async () => (await import("./local/stats.ts")).stats.prepare(NOTHING) },
  { name: "agents.json", of: async () => (await import("./local/agents.ts")).agents.prepare(NOTHING) },
  {
    name: "history.json",
    of: async () => (await import("./local/history.ts")).history.prepare(given({ limit: LATEST })),
  },
  { name: "preview.json", of: async () => (await import("./preview.ts")).preview.prepare(NOTHING) },
  {
    name: "traces.json",
    of: async () => (await import("./traces.ts")).traces.prepare(given({ limit: LATEST })),
  },
  {
    name: "logs.txt",
    of: async () => (await import("./local/logs.ts")).logs.prepare(given({ tail: LINES })),
    as: "text",
  },
];

const given = (options: Readonly<Record<string, string>>) => ({ options, args: {} });
const NOTHING = given({});

/** One archive for a report: shows what is in it, and writes it once somebody agreed. */
export const handler: Handler<typeof spec> = async (context, { options }) => {
  const { stack, cwd, terminal, output } = context;
  shareBlueprint(context);
  const redact = createRedaction(await knownSecrets(context));
  const texts: ArchivedText[] = [{ name: "versions.json", text: redact(await versions(context)) }];
  for (const { name, of, as } of PARTS) {
    output.note(output.colors.dim(`    ${name}`));
    texts.push({ name, text: redact(await part(context, of, as)) });
  }
  const folder = `nasiko-support-${stack}-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}`;
  const file = resolve(cwd, options.output ?? `${folder}.tar.gz`);
  const list = table(texts.map(({ name, text }) => [name, `${Buffer.byteLength(text)} bytes`]));
  output.note(`${list}\nSecrets are replaced by [hidden]. Agents' own logs are in it, as they wrote them.`);
  if (!options.yes && !(await confirm(terminal, `Write this to ${file}?`)))
    throw supportNotConfirmed({ file });
  try {
    await writeArchive(file, folder, texts);
  } catch (error) {
    throw supportUnwritable({ file, reason: error instanceof Error ? error.message : String(error) }, error);
  }
  return {
    exitCode: 0,
    text: `${file}\nLook into it before you send it: tar -xzOf '${file}' | less`,
    json: {
      ok: true,
      stack,
      file,
      parts: texts.map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text) })),
    },
  };
};

/** What a command says, or why it cannot: that tells something, too. */
async function part(
  context: CommandContext,
  prepare: () => Promise<Call>,
  as: "text" | undefined,
): Promise<string> {
  try {
    const result: CommandResult = await (await prepare()).run(context);
    return as === "text" ? `${result.text}\n` : `${JSON.stringify(result.json, undefined, 2)}\n`;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n`;
  }
}

async function versions({ docker }: CommandContext): Promise<string> {
  const engine = await docker.version().catch((error: unknown) => String(error));
  const { platform, arch, version: node } = process;
  const description: unknown = JSON.parse(readFileSync(join(packageFolder(), "package.json"), "utf8"));
  const nasiko: unknown = Reflect.get(Object(description), "version");
  return `${JSON.stringify({ nasiko, node, platform, arch, engine }, undefined, 2)}\n`;
}
