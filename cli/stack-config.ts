import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { defineError } from "../platform/errors/define-error.ts";

/** What a stack's config file says. */
export interface StackConfig {
  /** Full keys, e.g. "nasiko:agents"; structured values as JSON text, as Pulumi hands them to programs. */
  readonly values: Readonly<Record<string, string>>;
}

const stackConfigInvalid = defineError("NSK-STACK-CONFIG-INVALID", {
  exitCode: 10,
  sentence: ({ file }: { readonly file: string; readonly reason: string }) =>
    `The stack's config ${file} cannot be used.`,
  detail: ({ reason }) => reason,
  suggestion: ({ file }) => `Correct ${file}, or bring it back: git checkout ${file}`,
});

const ConfigFile = z.object({
  config: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
    )
    .nullish(),
});

/**
 * Reads `Pulumi.<stack>.yaml`; a stack without the file has no config of its own.
 * @throws NSK-STACK-CONFIG-INVALID when it is no YAML, no config, or holds encrypted values.
 */
export function readStackConfig(root: string, stack: string): StackConfig {
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(root, file))) return { values: {} };
  const { config } = parseConfig(file, readFileSync(join(root, file), "utf8"));
  const entries = Object.entries(config ?? {}).map(([key, value]): readonly [string, string] => {
    if (typeof value === "object" && "secure" in value) {
      throw stackConfigInvalid({ file, reason: `${key} is encrypted; nasiko reads plain values only.` });
    }
    return [key, typeof value === "object" ? JSON.stringify(value) : String(value)];
  });
  return { values: Object.fromEntries(entries) };
}

function parseConfig(file: string, text: string): z.output<typeof ConfigFile> {
  try {
    return ConfigFile.parse(parse(text) ?? {});
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw stackConfigInvalid({ file, reason }, error);
  }
}
