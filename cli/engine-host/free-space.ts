import { existsSync, statfsSync } from "node:fs";

/** Free space where a folder is, or will be, in megabytes; undefined when it is not on this machine. */
export function freeMegabytes(folder: string): number | undefined {
  if (!existsSync(folder)) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1e6);
}
