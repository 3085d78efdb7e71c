import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { ENV_FILES } from "../../../platform/settings/env-files.ts";
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
  const { execa } = await import("execa");
  const archive = ["-c", "tar.umask=0022", "archive", "--format=tar", ref, "--"];
  const git = execa("git", archive, { cwd: root, buffer: { stdout: false }, reject: false });
  const [archived, unpacked] = await Promise.all([
    git,
    git.pipe("tar", ["-x", "-C", folder], { reject: false }),
  ]);
  if (archived.failed)
    throw refUnknown({ ref, root, reason: archived.stderr || (archived.shortMessage ?? "") });
  if (unpacked.failed) throw new Error(unpacked.shortMessage);
  for (const name of ["node_modules", ...ENV_FILES])
    if (existsSync(join(root, name)) && !existsSync(join(folder, name)))
      symlinkSync(join(root, name), join(folder, name));
}
