import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";

import { fileUnwritable } from "./errors.ts";

/**
 * Puts a file in place that its owner alone may read, whole or not at all, whatever was there and whatever the umask.
 * @throws NSK-FILE-UNWRITABLE
 */
export function writePrivate(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    // "wx": never through a link that somebody put there.
    writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw fileUnwritable({ path, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}
