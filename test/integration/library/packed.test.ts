import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { InstalledPackage } from "./installed-package.ts";

let installed: InstalledPackage;

beforeAll(() => {
  installed = new InstalledPackage();
});
afterAll(() => installed.remove());

/** What a program declares that uses the library. */
let declared: Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const container = (name: string): Readonly<Record<string, unknown>> | undefined =>
  declared[`docker:index/container:Container ${name}`];

describe("a program that uses the packed library", () => {
  beforeAll(() => {
    const { folder } = installed;
    cpSync(join(import.meta.dirname, "fixtures/own-program"), folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
    const output = execFileSync(process.execPath, ["program.ts"], { cwd: folder, encoding: "utf8" });
    declared = JSON.parse(output) as typeof declared;
  });

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
      build: { context: "node_modules/nasiko/services/docker-proxy" },
    });
  });
});

describe("the command of the installed package", () => {
  /** A folder of the user's, below the one with node_modules, and the stack's config in it. */
  function userFolder(name: string, config?: string): string {
    const folder = join(installed.folder, name);
    mkdirSync(folder);
    if (config !== undefined) writeFileSync(join(folder, "Pulumi.local.yaml"), config);
    return folder;
  }
  const shippedConfig = (): string => readFileSync(join(installed.root, "Pulumi.local.yaml"), "utf8");

  test("helps, and lists what it has", () => {
    const help = installed.nasiko(["--help"]);
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    expect(help.stdout).toMatch(/^Usage: nasiko /m);
    const services = installed.nasiko(["services"]);
    expect(services).toMatchObject({ exitCode: 0, stderr: "" });
    expect(services.stdout).toContain("nasiko-backend");
  });

  test("runs the whole program, sample agents and all, in a folder that has nothing", () => {
    const cwd = userFolder("empty");
    const preview = installed.nasiko(["preview", "--offline"], { cwd });
    // As `diff`: there is something to change.
    expect(preview).toMatchObject({ exitCode: 4, stderr: "" });
    expect(preview.stdout).toMatch(/agent-translator-\w{8}/);
  });

  test("builds what a checkout builds, to the last file", () => {
    const cwd = userFolder("built");
    const environment = { NASIKO_AGENTS: "translator=agents/translator,assistant=agents/assistant" };
    const images = ({ stdout }: { readonly stdout: string }): readonly string[] =>
      [...new Set(stdout.match(/nasiko\/[\w-]+:[0-9a-f]{16}/g))].toSorted();
    const packed = images(installed.nasiko(["export", "compose"], { cwd, environment }));
    expect(packed.length).toBeGreaterThan(15);
    expect(packed).toEqual(images(installed.checkout(["export", "compose"], { environment })));
  });

  test("takes config, env files and agents from the folder that it is called in", () => {
    const cwd = userFolder(
      "own",
      "config:\n  nasiko:agents:\n    mine: agents/mine\n  nasiko:portKong: 9777\n",
    );
    writeFileSync(join(cwd, ".env"), "NASIKO_PORT_OFFSET=5\n");
    const made = installed.nasiko(["agent", "new", "mine"], { cwd });
    expect(made).toMatchObject({ exitCode: 0 });
    expect(made.stdout).toContain("Run it: npx nasiko local deploy-agent mine agents/mine");
    expect(existsSync(join(cwd, "agents/mine/Dockerfile"))).toBe(true);
    const config = installed.nasiko(["config"], { cwd });
    expect(config.stdout).toMatch(/PORT_OFFSET\s+5\s+\.env/);
    expect(config.stdout).toMatch(/PORT_KONG\s+9777\s+the stack's config/);
    const preview = installed.nasiko(["preview", "--offline"], { cwd });
    expect(preview.stdout).toMatch(/agent-mine-\w{8}/);
    expect(preview.stdout).not.toContain("agent-translator");
  });

  test("writes what is decided there, and leaves the package as it is", () => {
    const cwd = userFolder("decided");
    const before = shippedConfig();
    const set = installed.nasiko(["agent", "secret", "set", "translator", "KEY"], { cwd, input: "sk-1\n" });
    expect(set).toMatchObject({ exitCode: 0 });
    const own = readFileSync(join(cwd, "Pulumi.local.yaml"), "utf8");
    expect(own).toMatch(/translator: agents\/translator/);
    expect(own).toMatch(/secure: v1:/);
    expect(shippedConfig()).toBe(before);
  });

  test.each([
    { args: ["images", "lock"], exitCode: 10, says: "NSK-CHECKOUT-NEEDED: `nasiko images lock` works in" },
    { args: ["preview", "--compare", "main"], exitCode: 10, says: "NSK-CHECKOUT-NEEDED" },
    { args: ["logs", "--stack", "none", "x"], exitCode: 2, says: "unknown command" },
    { args: ["--stack", "none", "local", "logs"], exitCode: 26, says: "→ npx nasiko --stack none local up" },
  ])("$args: refuses in a sentence", ({ args, exitCode, says }) => {
    const call = installed.nasiko(args);
    expect(call).toMatchObject({ exitCode, stdout: "" });
    expect(call.stderr).toContain(says);
    expect(call.stderr).not.toMatch(/^\s+at /m);
  });

  test("brings a stack up on the engine and takes it down", () => {
    const cwd = userFolder("running");
    const nasiko = (...args: readonly string[]): ReturnType<InstalledPackage["nasiko"]> =>
      installed.nasiko(["--stack", "packed", "local", ...args], {
        cwd,
        environment: { NASIKO_SERVICES: "redis" },
      });
    try {
      expect(nasiko("up", "--yes")).toMatchObject({ exitCode: 0 });
      const status = nasiko("status");
      expect(status).toMatchObject({ exitCode: 0 });
      expect(status.stdout).toMatch(/redis\s+healthy/);
    } finally {
      const down = nasiko("down", "--volumes", "--yes");
      expect(down).toMatchObject({ exitCode: 0 });
    }
    expect(existsSync(join(installed.root, ".nasiko"))).toBe(false);
  });
});
