// `node packages-fit.js package-lock.json node_modules`: exits with 0 when npm installed exactly what the lock file
// names. JavaScript and nothing but Node's own modules: the launcher asks before there are packages, and any Node answers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const [lockFile = "", modules = ""] = process.argv.slice(2);
/** npm's own record of what it has installed. */
const installed = packagesIn(join(modules, ".package-lock.json"));
const locked = packagesIn(lockFile);

const fits =
  // What is optional may be for other machines.
  Object.entries(locked).every(([path, wanted]) =>
    path in installed ? isSame(installed[path], wanted) : wanted.optional === true || wanted.peer === true,
  ) && Object.keys(installed).every((path) => path in locked);
process.exitCode = fits ? 0 : 1;

/** By path, without the checkout itself, whose path is empty. */
function packagesIn(file) {
  const { packages } = JSON.parse(readFileSync(file, "utf8"));
  return Object.fromEntries(Object.entries(packages).filter(([path]) => path !== ""));
}

function isSame(one, other) {
  return one.version === other.version && one.integrity === other.integrity && one.link === other.link;
}
