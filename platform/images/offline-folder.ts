import { existsSync } from "node:fs";
import { join } from "node:path";

/** Kinds of equivalents of public images: other programs that answer alike, and the same programs from packages. */
const FOLDERS = ["offline/stand-ins", "offline/rebuilds"] as const;

/** Folder of a public image's equivalent, relative to the root, e.g. "offline/rebuilds/redis". */
export const offlineFolder = (root: string, name: string): string =>
  FOLDERS.map((folder) => `${folder}/${name}`).find((folder) => existsSync(join(root, folder))) ??
  `offline/rebuilds/${name}`;
