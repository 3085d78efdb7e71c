import { statSync } from "node:fs";
import { join } from "node:path";

import { ENV_FILES } from "../../../platform/settings/env-files.ts";
import { defineError, throwProblems } from "../../../platform/errors/define-error.ts";
import { stackConfigFile } from "./stack-config.ts";

const fileOfOther = defineError("NSK-FILE-OF-OTHER", {
  exitCode: 10,
  sentence: ({ file }: { readonly file: string; readonly owner: number }) =>
    `${file} decides about the stack and belongs to somebody else.`,
  detail: ({ owner }) => `Its owner is the user with the number ${owner}, who would decide what runs here.`,
  suggestion: ({ file }) => `Look into it, then make it yours: sudo chown -R "$(id -u)" '${file}'`,
});

/** Folder of agents that a stack may name. */
const AGENTS = "agents";

/**
 * What of a folder decides about a stack, for those who call an installed command in it: as with `docker compose`, the
 * files are those of the folder, whoever put them there.
 * @param uid number of the user that runs the command; undefined where users have none
 * @throws NSK-FILE-OF-OTHER when one of them belongs to somebody else, who would decide what runs here
 */
export function takenFiles(folder: string, stack: string, uid: number | undefined): readonly string[] {
  const names = [...(stack === "local" ? ENV_FILES : []), stackConfigFile(stack), AGENTS];
  const found = names.flatMap((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ name, owner: stat.uid }];
  });
  // What belongs to root, root has put there.
  const foreign = found.filter(({ owner }) => uid !== undefined && owner !== uid && owner !== 0);
  throwProblems(foreign.map(({ name, owner }) => fileOfOther({ file: join(folder, name), owner })));
  return found.map(({ name }) => name);
}
