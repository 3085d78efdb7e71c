import { lstat, readlink } from "node:fs/promises";
import { isAbsolute, join, posix } from "node:path";

/** More than this many links in a row lead in a circle. */
const MOST_LINKS = 255;

/**
 * Where a path leads when every symbolic link in it is followed, as Go's `EvalSymlinks` says it: relative to `root`
 * as long as no absolute link is met, so that the answer is the same in every checkout.
 * @param path relative to `root`
 * @throws the file system's error when it leads nowhere
 */
export async function linkTarget(root: string, path: string): Promise<string> {
  let resolved = "";
  let rest = path.split("/");
  for (let links = 0; ;) {
    const [part, ...others] = rest;
    if (part === undefined) return resolved === "" ? "." : resolved;
    rest = others;
    if (part === "" || part === ".") continue;
    const candidate = posix.join(resolved, part);
    if (part === "..") {
      resolved = candidate === "." ? "" : candidate;
      continue;
    }
    const absolute = isAbsolute(candidate) ? candidate : join(root, candidate);
    if (!(await lstat(absolute)).isSymbolicLink()) {
      resolved = candidate;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new Error(`too many links at ${path}`);
    const target = await readlink(absolute);
    if (isAbsolute(target)) resolved = "/";
    rest = [...target.split("/"), ...rest];
  }
}
