import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { CommandContext } from "../../stack/context.ts";
import { configFolder, readStackConfig, stackConfigFile } from "../../stack/config/stack-config.ts";

/**
 * Text of the stack's config file, "" when there is none.
 * @throws NSK-STACK-CONFIG-INVALID
 */
export function readConfigText(context: CommandContext): string {
  const { stack } = context;
  const folder = configFolder(context, stack);
  readStackConfig(folder, stack);
  const path = join(folder, stackConfigFile(stack));
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Puts the file in place, whole or not at all. */
export function writeConfigText({ program, stack }: CommandContext, text: string): void {
  const path = join(program, stackConfigFile(stack));
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
