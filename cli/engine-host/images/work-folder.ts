import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs with a private temporary folder (0700) that is gone afterwards, also when the process ends meanwhile. */
export async function withWorkFolder<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-base-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", remove);
  try {
    return await run(folder);
  } finally {
    process.removeListener("exit", remove);
    remove();
  }
}
