import { spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { buffer } from "node:stream/consumers";
import { join, relative } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Outcome, ROOT, run } from "../support/test-stack.ts";
import { type AnotherEngine, fetchEngine, startEngine } from "./another-engine.ts";

/** Undefined where it cannot be had; the tests are skipped then, and counted so. */
const programs = fetchEngine();

const STACK = "e2e-newer-engine";
/** Images of the small stack that cannot be built without a network. */
const FROM_PACKAGES = ["redis", "postgres"];

/** A line of `images list`. */
interface Listed {
  readonly name: string;
  readonly origin: string;
  readonly reference: string;
  readonly present: boolean;
}

describe.skipIf(programs === undefined)(
  "Docker 28 with containerd's image store and no API before 1.44",
  () => {
    let engine: AnotherEngine;
    let home: string;
    let work: string;

    beforeAll(async () => {
      engine = await startEngine(programs ?? "", { oldestApi: "1.44" });
      home = mkdtempSync(join(tmpdir(), "nasiko-e2e-"));
      mkdirSync(join(ROOT, ".nasiko"), { recursive: true });
      work = mkdtempSync(join(ROOT, ".nasiko/e2e-"));
      // It needs no packages: there is no network around this engine.
      cpSync(join(ROOT, "test/fixtures/agents/plain"), join(work, "plain"), { recursive: true });
      await loadImages();
    });
    afterAll(async () => {
      await engine.stop();
      for (const folder of [home, work]) rmSync(folder, { recursive: true });
      rmSync(join(ROOT, `Pulumi.${STACK}.yaml`), { force: true });
    });

    const environment = (): NodeJS.ProcessEnv => ({
      ...process.env,
      DOCKER_HOST: engine.host,
      NASIKO_HOME: home,
      NASIKO_AGENTS: `plain=${relative(ROOT, join(work, "plain"))}`,
      NASIKO_SERVICES: "redis,kong-service-registry",
      NASIKO_PUBLIC_IMAGES: "offline",
      NASIKO_STRICTNESS: "relaxed",
    });

    const nasiko = (...args: readonly string[]): Promise<Outcome> => {
      const [program = "", ...before] = engine.inside;
      const command = [...before, join(ROOT, "nasiko"), "--stack", STACK, ...args];
      return run(program, command, environment());
    };

    const succeeds = async (...args: readonly string[]): Promise<Outcome> => {
      const outcome = await nasiko(...args);
      expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
      return outcome;
    };

    /** Those that are made from packages, from the engine of all other tests, which makes them if it has to. */
    async function loadImages(): Promise<void> {
      const usual = { ...environment(), DOCKER_HOST: process.env["DOCKER_HOST"] };
      const here = (...args: readonly string[]): Promise<Outcome> =>
        run(join(ROOT, "nasiko"), ["--stack", STACK, ...args], usual);
      const listed = async (): Promise<readonly Listed[]> => {
        const { stdout } = await here("images", "list", "--json");
        const { images } = JSON.parse(stdout) as { readonly images: readonly Listed[] };
        return images.filter(({ origin, name }) => origin === "base" || FROM_PACKAGES.includes(name));
      };
      expect(await here("images", "prepare")).toMatchObject({ exitCode: 0 });
      if ((await listed()).some(({ present }) => !present)) {
        expect(await here("local", "up", "redis", "kong-database", "--yes")).toMatchObject({ exitCode: 0 });
        expect(await here("local", "down", "--volumes", "--yes")).toMatchObject({ exitCode: 0 });
      }
      const references = (await listed()).map(({ reference }) => reference);
      const save = spawn("docker", ["save", ...references], { stdio: ["ignore", "pipe", "inherit"] });
      const answer = await engine.docker.call("load images", (library) => library.loadImage(save.stdout));
      await buffer(answer);
    }

    const containers = async (): Promise<readonly string[]> =>
      (await engine.docker.containers({ labels: [`nasiko.stack=${STACK}`] })).map(({ Id }) => Id);

    test("is found fit", async () => {
      expect((await succeeds("doctor")).stdout).toContain("speaks 1.44 to 1.5");
    });

    test("brings the stack up, and finds nothing to do afterwards", async () => {
      await succeeds("local", "up", "--yes");
      const before = await containers();
      expect((await succeeds("local", "status")).stdout).toContain("plain");
      await succeeds("local", "up", "--yes");
      await succeeds("preview");
      expect(await containers()).toEqual(before);
    });

    test("planning for its version replaces nothing", async () => {
      const before = await containers();
      const outcome = await run(
        engine.inside[0] ?? "",
        [...engine.inside.slice(1), join(ROOT, "nasiko"), "--stack", STACK, "local", "up", "--yes"],
        { ...environment(), NASIKO_DOCKER_API: "1.51" },
      );
      expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
      expect(await containers()).toEqual(before);
    });

    test("rolls an agent that changed", async () => {
      appendFileSync(join(work, "plain/main.py"), "# changed\n");
      const outcome = await succeeds("local", "up", "--yes", "--json");
      expect(JSON.parse(outcome.stdout)).toMatchObject({ ok: true });
      expect((await succeeds("local", "status")).stdout).toContain("plain");
    });

    test("brings a snapshot back after everything was removed", async () => {
      const taken = await succeeds("local", "snapshot", "--json");
      const { snapshot } = JSON.parse(taken.stdout) as { readonly snapshot: { readonly id: string } };
      await succeeds("local", "down", "--volumes", "--verify", "--yes");
      expect(await containers()).toEqual([]);
      await succeeds("local", "restore", snapshot.id, "--yes");
      await succeeds("local", "status");
      const down = await succeeds("local", "down", "--volumes", "--verify", "--yes", "--json");
      expect(JSON.parse(down.stdout)).toMatchObject({ left: [] });
    });
  },
);
