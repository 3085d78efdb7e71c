import { ContextError } from "../../engine/formats/context-error.ts";
import type { IgnoreRules } from "../../engine/formats/ignore-rules.ts";
import { type ContextEntry, readContext } from "../../engine/formats/read-context.ts";
import { contextProblem } from "./errors.ts";

/**
 * Reads a build context as {@link readContext} does.
 * @throws NSK-CONTEXT-UNREADABLE, NSK-CONTEXT-CHANGED, NSK-CONTEXT-UNSUPPORTED, NSK-CONTEXT-TOO-LARGE
 */
export function readImageContext(
  folder: string,
  rules: IgnoreRules,
  limit?: number,
): readonly ContextEntry[] {
  try {
    return readContext(folder, rules, limit);
  } catch (error) {
    throw error instanceof ContextError ? contextProblem(error) : error;
  }
}
