import { existsSync, readFileSync, watch } from "node:fs";
import { join, sep } from "node:path";

import { DOCKERFILES } from "../../../engine/formats/agent-files.ts";
import { NO_IGNORE_RULES, parseIgnoreRules } from "../../../engine/formats/ignore-rules.ts";
import { isVersionControl } from "../../../engine/formats/version-control.ts";

/**
 * Tells of changes in an agent's folder, of what its .dockerignore leaves in; what version control keeps never counts.
 * @param folder absolute
 * @param failed called when the folder cannot be watched any longer, e.g. because it is gone
 * @returns ends the watch
 */
export function watchFolder(folder: string, changed: () => void, failed: (error: Error) => void): () => void {
  const watcher = watch(folder, { recursive: true }, (_event, name) => {
    // Without a name anything may have changed.
    if (name === null || isPartOfImage(folder, name.split(sep).join("/"))) changed();
  });
  watcher.on("error", failed);
  return () => watcher.close();
}

/** The rules may themselves be what has changed, so they are read for each change; they are small. */
export function isPartOfImage(folder: string, path: string): boolean {
  if (path.split("/").some(isVersionControl)) return false;
  const own = DOCKERFILES.map((name) => `${name}.dockerignore`);
  if ([...DOCKERFILES, ...own, ".dockerignore"].includes(path)) return true;
  const file = [...own, ".dockerignore"].find((name) => existsSync(join(folder, name)));
  const rules =
    file === undefined ? NO_IGNORE_RULES : parseIgnoreRules(readFileSync(join(folder, file), "utf8"));
  return !rules.ignores(path);
}
