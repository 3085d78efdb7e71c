import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** The volume of uploads: `<root>/<agent>/v<version>`, written once and never again. */
export interface Store {
  /** Removes what an interrupted upload left behind. */
  prepare(): Promise<void>;
  /** A private folder for one upload, gone when the work is done; what was published stays. */
  withWorkFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result>;
  /** Gives an unpacked folder its place. @returns which version it became, and where */
  publish(folder: string, agent: string, version: string): Promise<Published>;
  /** Takes a published folder away. @param path as publish gave it */
  remove(path: string): Promise<void>;
}

export interface Published {
  readonly version: string;
  readonly path: string;
}

/** On the same volume, so that giving a folder its place is one step. No agent's name begins with a dot. */
const INCOMING = ".incoming";

export function openStore(root: string): Store {
  const incoming = join(root, INCOMING);
  return {
    prepare: async () => {
      await rm(incoming, { recursive: true, force: true });
      await mkdir(incoming, { recursive: true });
    },
    withWorkFolder: async (work) => {
      const folder = join(incoming, randomUUID());
      await mkdir(folder, { recursive: true });
      try {
        return await work(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    publish: async (folder, agent, version) => {
      await mkdir(join(root, agent), { recursive: true });
      for (let count = 1; ; count++) {
        const name = count === 1 ? version : `${version}-${count}`;
        const path = join(root, agent, `v${name}`);
        if (await renamed(folder, path)) return { version: name, path };
      }
    },
    remove: async (path) => {
      const inside = relative(root, path).split(sep);
      if (inside.length !== 2 || inside[0] === "..") throw new Error(`${path} is no folder of an upload`);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** @returns false when something is there already */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  }
}
