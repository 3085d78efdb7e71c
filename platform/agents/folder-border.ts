import { realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/**
 * Whether something lies in a folder once every link on the way is followed; the folder itself counts. What is not
 * there yet lies where its nearest folder does.
 * @param folder absolute
 * @param path absolute, or relative to the folder
 */
export function isInside(folder: string, path: string): boolean {
  const way = relative(real(folder), real(resolve(folder, path)));
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there, not to be read, or a loop of links: whoever opens it says so; here counts where it would be.
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), basename(path));
  }
}
