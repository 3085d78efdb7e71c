import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

/** A folder of somebody else with the packed tarball installed, and what the program there declares. */
let folder: string;
let declared: Readonly<Record<string, Readonly<Record<string, unknown>>>>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-library-"));
  // Our own `prepack` runs; what .npmrc switches off are the scripts of others.
  execFileSync("npm", ["pack", "--ignore-scripts=false", "--silent", "--pack-destination", folder], {
    cwd: ROOT,
  });
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  install(tarball);
  cpSync(join(import.meta.dirname, "fixtures/own-program"), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  const output = execFileSync(process.execPath, ["program.ts"], { cwd: folder, encoding: "utf8" });
  declared = JSON.parse(output) as typeof declared;
});

afterAll(() => rmSync(folder, { recursive: true }));

/** As npm would, but with the dependencies of this checkout: the test asks no registry. */
function install(tarball: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "nasiko"), { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", join(modules, "nasiko"), "--strip-components=1"], {
    cwd: folder,
  });
  for (const name of readdirSync(join(ROOT, "node_modules")).filter((entry) => !entry.startsWith(".")))
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
}

const container = (name: string): Readonly<Record<string, unknown>> | undefined =>
  declared[`docker:index/container:Container ${name}`];

describe("a program that uses the packed library", () => {
  test("adds a service of its own, as safe as ours", () => {
    expect(container("search")).toMatchObject({
      name: "nasiko-local-search",
      image: "getmeili/meilisearch:v1.30.0",
      memory: 256,
      wait: true,
      readOnly: true,
      capabilities: { drops: ["ALL"] },
    });
  });

  test("has its Redis outside: no container, no data, and everybody is told", () => {
    expect(container("redis")).toBeUndefined();
    expect(declared).not.toHaveProperty(["docker:index/volume:Volume redis-data"]);
    for (const name of ["nasiko-backend", "nasiko-worker"])
      expect(JSON.stringify(container(name)?.["envs"])).toContain("rediss://cache.example:6380/0");
  });

  test("changes one container, and no other", () => {
    expect(container("kong")).toMatchObject({ memory: 1024, memorySwap: 1024 });
    expect(container("mongodb")).toMatchObject({ memory: 512 });
  });

  test("builds from the package, seen from the program's folder", () => {
    expect(declared["docker:index/image:Image docker-proxy"]).toMatchObject({
      build: { context: "node_modules/nasiko/images/reference/docker-proxy" },
    });
  });
});
