import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";

import { handOver, type HandedOver } from "../../../platform/blueprint/blueprint-file.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { CommandContext } from "../../stack/context.ts";
import { readPassphrase, stackRecordFile } from "../../stack/home/home.ts";
import { digestOf, marksOf, type Sources } from "../../stack/inputs/digest.ts";

/**
 * Notes the inputs and the state as they are before a blueprint is built from them.
 * @returns whether they still are: another run, or an edit, may have changed them since
 */
export function noteInputs(context: CommandContext, sources: Sources): () => boolean {
  // It is made on first use, and belongs to what is noted.
  readPassphrase(context.home);
  const marks = marksOf(context);
  const digest = digestOf(context, sources);
  return () => marks !== undefined && marks === marksOf(context) && digest === digestOf(context, sources);
}

/**
 * Lays a blueprint ready for the program, below the home.
 * @param isCurrent see {@link noteInputs}
 * @returns undefined when it is out of date: then the program builds its own
 */
export function handOverIfCurrent(
  { home, stack }: Pick<CommandContext, "home" | "stack">,
  blueprint: Blueprint,
  isCurrent: () => boolean,
): HandedOver | undefined {
  if (!isCurrent()) return undefined;
  const file = stackRecordFile(home, `${stack}.blueprint-${process.pid}`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // What a killed process of the same number has left.
  rmSync(file, { force: true });
  return handOver(blueprint, file);
}
