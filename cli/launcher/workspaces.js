// `node workspaces.js ⟨folder⟩`: exits with 11 when the lock file does not hold the workspaces of package.json, and says
// which. JavaScript and nothing but Node's own modules: the launcher asks before there are packages, and any Node answers.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const [root = "."] = process.argv.slice(2);
/** Fields of a workspace's package.json that npm repeats in the lock file. */
const REPEATED = ["version", "dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

const found = problems();
if (found.length > 0) {
  const lines = [
    "package.json and package-lock.json do not go together.",
    ...found,
    "Rule workspaces-are-locked: the lock file names every workspace, with the packages that its package.json asks for.",
    "→ npm install --package-lock-only --ignore-scripts   # then look at the difference, and commit it",
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exitCode = 11;
}

function problems() {
  const own = readJson("package.json");
  if (typeof own === "string") return [own];
  const lock = readJson("package-lock.json");
  if (typeof lock === "string") return [lock];
  const packages = lock.packages ?? {};
  if (!Array.isArray(own.workspaces ?? [])) return ["package.json: workspaces: it is no list of folders"];
  const folders = (own.workspaces ?? []).map(String).flatMap(matching);
  return [
    ...folders.flatMap((folder) => workspaceProblems(folder, packages)),
    ...Object.keys(packages)
      .filter((path) => packages[path]?.link === true && !folders.includes(packages[path].resolved))
      .map((path) => `package-lock.json: ${packages[path].resolved} is no workspace any more`),
    ...unlisted(folders),
  ];
}

function workspaceProblems(folder, packages) {
  const wanted = readJson(`${folder}/package.json`);
  if (typeof wanted === "string") return [wanted];
  const locked = packages[folder];
  const link = packages[`node_modules/${wanted.name}`];
  if (locked === undefined || link === undefined || link.resolved !== folder)
    return [`package-lock.json: workspace ${folder} is missing`];
  return REPEATED.filter((field) => !isSame(wanted[field], locked[field])).map(
    (field) => `package-lock.json: ${folder}: ${field} is not that of ${folder}/package.json`,
  );
}

/** An image that is made of a bundle needs the packages that the lock file names, so it has to be a workspace. */
function unlisted(folders) {
  return ["services/*", "offline/stand-ins/*"]
    .flatMap(matching)
    .filter((folder) => !folders.includes(folder))
    .filter((folder) => readJson(`${folder}/package.json`).bundle !== undefined)
    .map((folder) => `package.json: workspaces: ${folder} is missing`);
}

/** Folders with a package.json that a pattern of `workspaces` names: a path, or a path that ends in "/*". */
function matching(pattern) {
  if (!pattern.endsWith("/*")) return [pattern];
  const parent = pattern.slice(0, -2);
  return namesIn(parent)
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(root, folder, "package.json")));
}

function namesIn(folder) {
  return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).sort() : [];
}

/** What the file holds, or in a sentence why nothing can be read from it. */
function readJson(file) {
  try {
    const value = JSON.parse(readFileSync(join(root, file), "utf8"));
    return typeof value === "object" && value !== null ? value : `${file}: it is no JSON object`;
  } catch (error) {
    return error.code === "ENOENT" ? `${file} does not exist` : `${file}: ${error.message}`;
  }
}

function isSame(one = {}, other = {}) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value) {
  return typeof value === "object" ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value;
}
