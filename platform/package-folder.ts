import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Whether this is an installed package: there the code is compiled, a checkout runs as it is written. */
export const INSTALLED = import.meta.url.endsWith(".js");

/** The folder with our package.json: the checkout, or the installed package, whose code lies in dist/. */
export function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${import.meta.dirname}`);
    folder = parent;
  }
  return folder;
}
