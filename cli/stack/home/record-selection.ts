import { isDeepStrictEqual } from "node:util";

import { SELECTION_SETTINGS } from "../../../platform/settings/selection.ts";
import type { CommandContext } from "../context.ts";
import { readStackRecord, updateStackRecord } from "./stack-record.ts";

/** Keeps which services a run was told to make up, by its command line or environment, for `nasiko env`. */
export function recordSelection({ environment, home, stack }: CommandContext): void {
  const selection = Object.fromEntries(
    Object.values(SELECTION_SETTINGS).flatMap(({ env }) => {
      const value = environment[env] ?? "";
      return value === "" ? [] : [[env, value] as const];
    }),
  );
  if (!isDeepStrictEqual(readStackRecord(home, stack).selection ?? {}, selection))
    updateStackRecord(home, stack, { selection });
}
