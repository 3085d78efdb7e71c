import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { BaseName } from "../../../platform/images/base-recipes.ts";

/** Widest step that is shown; a RUN line may have a whole script in it. */
const WIDTH = 100;

/** What debootstrap, the engine and we ourselves say when a step begins; all else is about single packages and files. */
const STEP = new RegExp(
  [
    "^Resolving dependencies of",
    "^Installing core packages",
    "^(?:Unpacking|Configuring) (?:required packages|the base system)",
    "^Base system installed",
    "^Step \\d+/\\d+ : ",
    "^nasiko: ",
    "^(?:building|importing)$",
  ].join("|"),
);

/**
 * The step that a line of a base's build begins, short enough for a terminal.
 * @returns undefined for a line within a step
 */
export function stepOf(line: string): string | undefined {
  if (!STEP.test(line)) return undefined;
  const text = line.replaceAll(/\s+/g, " ").trim();
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}

export interface BaseProgressRequest {
  /** Folder that exists, for one file per base, e.g. "base-debian.log"; each run begins them again. */
  readonly logs: string;
  readonly show: (base: BaseName, step: string) => void;
}

/** Takes every line that the builds of bases write: all of them go to a file, steps are shown. */
export function baseProgress({ logs, show }: BaseProgressRequest): (base: BaseName, line: string) => void {
  const begun = new Set<BaseName>();
  return (base, line) => {
    const file = join(logs, `${base}.log`);
    if (!begun.has(base)) {
      writeFileSync(file, "", { mode: 0o600 });
      show(base, `all lines go to ${file}`);
      begun.add(base);
    }
    appendFileSync(file, `${line}\n`);
    const step = stepOf(line);
    if (step !== undefined) show(base, step);
  };
}
