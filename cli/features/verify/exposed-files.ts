import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

const GROUP_AND_OTHERS = 0o077;
/** Files and folders that are looked at: a home has some hundreds, and nobody waits for whatever else was put there. */
const MOST = 20_000;

/**
 * Files and folders that are open to other users or belong to one, each with why.
 * @param folder the home
 * @param user number of the user it should belong to; undefined where users have none, and modes mean nothing
 */
export async function exposedFiles(folder: string, user: number | undefined): Promise<readonly string[]> {
  if (user === undefined) return [];
  const found: string[] = [];
  const waiting = [folder];
  let looked = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if ((looked += 1) > MOST)
      return [...found, `more than ${MOST} files, of which the others were not looked at`];
    const { mode, uid, ...entry } = await statusOf(path);
    if (uid !== user) found.push(`${path} belongs to user ${uid}`);
    else if (!entry.isLink && (mode & GROUP_AND_OTHERS) !== 0)
      found.push(`${path} has mode ${(mode & 0o777).toString(8).padStart(4, "0")}`);
    if (entry.isFolder) for (const name of await readdir(path)) waiting.push(join(path, name));
  }
  return found;
}

interface Status {
  readonly mode: number;
  readonly uid: number;
  readonly isFolder: boolean;
  /** The mode of a link says nothing. */
  readonly isLink: boolean;
}

async function statusOf(path: string): Promise<Status> {
  const entry = await lstat(path);
  return { mode: entry.mode, uid: entry.uid, isFolder: entry.isDirectory(), isLink: entry.isSymbolicLink() };
}
