import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { CommandContext } from "../context.ts";
import { readStackConfig, stackConfigFile } from "../stack-config.ts";

const pathOf = ({ root, stack }: CommandContext): string => join(root, stackConfigFile(stack));

/**
 * Text of the stack's config file, "" when there is none.
 * @throws NSK-STACK-CONFIG-INVALID
 */
export function readConfigText(context: CommandContext): string {
  readStackConfig(context.root, context.stack);
  const path = pathOf(context);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Puts the file in place, whole or not at all. */
export function writeConfigText(context: CommandContext, text: string): void {
  const path = pathOf(context);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
