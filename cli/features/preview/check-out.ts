import { spawn } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { ENV_FILES } from "../../../platform/settings/load.ts";
import { refUnknown } from "./errors.ts";

export interface CheckOutRequest {
  /** Folder of the repository. */
  readonly root: string;
  /** Branch, tag or commit. */
  readonly ref: string;
  /** Where its files go; made here. */
  readonly folder: string;
}

/**
 * Writes the files of a commit into a folder of their own, and leaves the repository alone. Dependencies and env files
 * are those of the checkout.
 * @throws NSK-REF-UNKNOWN
 */
export async function checkOut({ root, ref, folder }: CheckOutRequest): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // Modes as a checkout has them: they are part of what an image's content is.
  const git = spawn("git", ["-c", "tar.umask=0022", "archive", "--format=tar", ref, "--"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const tar = spawn("tar", ["-x", "-C", folder], { stdio: [git.stdout, "ignore", "ignore"] });
  const said: Buffer[] = [];
  git.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const [archived, unpacked] = await Promise.all([exitOf(git), exitOf(tar)]);
  if (archived !== 0) throw refUnknown({ ref, reason: Buffer.concat(said).toString().trim() });
  if (unpacked !== 0) throw new Error(`tar ended with exit code ${unpacked}`);
  for (const name of ["node_modules", ...ENV_FILES])
    if (existsSync(join(root, name)) && !existsSync(join(folder, name)))
      symlinkSync(join(root, name), join(folder, name));
}

const exitOf = (child: ReturnType<typeof spawn>): Promise<number> =>
  new Promise((resolve, reject) => {
    // Not "close": what git writes is read by tar alone, so its end is not seen here.
    child.on("error", reject).on("exit", (code) => resolve(code ?? -1));
  });
