import { stacksWanted } from "../features/diff/errors.ts";
import type { Reading } from "../lib/command-line/value.ts";
import { together } from "../lib/command-line/argument.ts";
import { defineCommand, defineSpec } from "./define-command.ts";

/** @returns NSK-STACKS-WANTED for any other number of them */
function pairOfStacks([left, right, ...more]: readonly string[]): Reading<readonly [string, string]> {
  if (left === undefined || right === undefined || more.length > 0)
    return { problem: stacksWanted(undefined) };
  return { value: [left, right] };
}

export const spec = defineSpec({
  arguments: {
    stacks: together("stacks", "two stacks, e.g. local enterprise", pairOfStacks),
  },
  examples: ["nasiko diff local enterprise", "nasiko diff local enterprise --json"],
});

export const diff = defineCommand(spec, () => import("./diff.handler.ts"));
