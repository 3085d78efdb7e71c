import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

const REPOSITORY = join(import.meta.dirname, "../..");

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "nasiko-workspaces-"));
  cpSync(join(REPOSITORY, "cli/launcher"), join(root, "cli/launcher"), { recursive: true });
  write("package.json", { type: "module", workspaces: ["engine", "services/*"] });
  write("engine/package.json", { name: "@acme/engine", version: "1.0.0" });
  write("services/web/package.json", {
    name: "@acme/web",
    version: "0.1.0",
    dependencies: { pg: "1.0.0", ws: "2" },
  });
  mkdirSync(join(root, "services/no-package"));
  write("package-lock.json", { packages: LOCKED });
});
afterEach(() => rmSync(root, { recursive: true }));

const LOCKED = {
  "": { workspaces: ["engine", "services/*"] },
  engine: { name: "@acme/engine", version: "1.0.0" },
  "services/web": { name: "@acme/web", version: "0.1.0", dependencies: { ws: "2", pg: "1.0.0" } },
  "node_modules/@acme/engine": { resolved: "engine", link: true },
  "node_modules/@acme/web": { resolved: "services/web", link: true },
  "node_modules/pg": { version: "1.0.0" },
};

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
}

function check(folder = root): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, ["cli/launcher/workspaces.js", folder], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
}

test("accepts a lock file that holds all workspaces, and that of the repository", () => {
  expect(check()).toMatchObject({ status: 0, stderr: "" });
  expect(check(REPOSITORY)).toMatchObject({ status: 0, stderr: "" });
});

test.each<[what: string, change: () => void, problem: string]>([
  [
    "a new workspace",
    () => write("services/new/package.json", { name: "@acme/new" }),
    "package-lock.json: workspace services/new is missing",
  ],
  [
    "a workspace that was taken out of the lock file",
    () => write("package-lock.json", { packages: { ...LOCKED, "services/web": undefined } }),
    "package-lock.json: workspace services/web is missing",
  ],
  [
    "a workspace that nothing links to",
    () => write("package-lock.json", { packages: { ...LOCKED, "node_modules/@acme/web": undefined } }),
    "package-lock.json: workspace services/web is missing",
  ],
  [
    "a package that the lock file does not know",
    () => write("engine/package.json", { name: "@acme/engine", version: "1.0.0", dependencies: { ws: "2" } }),
    "package-lock.json: engine: dependencies is not that of engine/package.json",
  ],
  [
    "a workspace that is gone",
    () => rmSync(join(root, "services/web"), { recursive: true }),
    "package-lock.json: services/web is no workspace any more",
  ],
  [
    "an image with a bundle that is no workspace",
    () => write("offline/stand-ins/kong/package.json", { name: "@acme/kong", bundle: {} }),
    "package.json: workspaces: offline/stand-ins/kong is missing",
  ],
  [
    "a workspace's package.json that is no JSON",
    () => write("services/web/package.json", "{"),
    "services/web/package.json: ",
  ],
  [
    "a conflict in the lock file",
    () => write("package-lock.json", "<<<<<<< HEAD\n{}"),
    "package-lock.json: ",
  ],
  ["a lock file without packages", () => write("package-lock.json", {}), "workspace engine is missing"],
  ["a lock file that is a list", () => write("package-lock.json", "[null]"), "workspace engine is missing"],
  ["no lock file", () => rmSync(join(root, "package-lock.json")), "package-lock.json does not exist"],
  [
    "workspaces that are no list",
    () => write("package.json", { workspaces: "engine" }),
    "package.json: workspaces: it is no list of folders",
  ],
])("refuses %s, naming file and rule", (_what, change, problem) => {
  change();
  const { status, stderr } = check();
  expect(stderr).toContain(problem);
  expect(stderr).toContain("Rule workspaces-are-locked: ");
  expect(stderr).not.toMatch(/^ +at /m);
  expect(status).toBe(11);
});
