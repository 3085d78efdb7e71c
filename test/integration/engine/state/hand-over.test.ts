import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunResult } from "../../../../engine/core/engine.ts";
import { destroy, preview, up } from "../../../../engine/core/engine.ts";
import { createDockerClient } from "../../../../engine/providers/docker/client.ts";
import { type CrashRun, checkpointOf, crashOptions } from "../../../crash/crash-options.ts";
import { checkpointProblems, expectValidCheckpoint } from "../../../support/deployment-schema.ts";
import { importBusybox, sweep } from "../providers/docker/busybox.ts";
import { changes, errorsOf } from "../core/support/test-stack.ts";

/** Needs the Pulumi CLI with the plugins docker and random; without it these tests are skipped, and counted so. */
const hasPulumi = spawnSync("pulumi", ["version"]).status === 0;
const STACK = `hand-over-${process.pid}`;
const REPOSITORY = join(import.meta.dirname, "../../../..");
const client = createDockerClient({ host: process.env["DOCKER_HOST"] });

describe.skipIf(!hasPulumi)("one stack, two engines", { timeout: 600_000 }, () => {
  let folder = "";
  let run: CrashRun;
  const options = (changed: Partial<CrashRun> = {}) => {
    const base = crashOptions({ ...run, ...changed });
    return { ...base, project: { ...base.project, root: join(folder, "program") } };
  };
  const urn = (type: string, name: string): string => `urn:pulumi:${STACK}::crash::${type}::${name}`;

  /** Runs the CLI in a copy of the program; it must succeed unless the test says otherwise. */
  async function pulumi(args: readonly string[], exitCode = 0): Promise<string> {
    const child = spawn("pulumi", [...args, "--stack", STACK, "--non-interactive"], {
      cwd: join(folder, "program"),
      env: {
        ...process.env,
        PULUMI_BACKEND_URL: `file://${run.home}`,
        PULUMI_CONFIG_PASSPHRASE: options().passphrase,
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [code, out, problems] = await Promise.all([
      new Promise((resolve) => child.on("close", resolve)),
      text(child.stdout),
      text(child.stderr),
    ]);
    expect(code, `pulumi ${args.join(" ")}\n${out}\n${problems}`).toBe(exitCode);
    return out;
  }

  function configure(version: string): void {
    const file = join(folder, "program", `Pulumi.${STACK}.yaml`);
    const config = { "crash:version": version, "crash:base": run.base, "crash:running": "true" };
    writeFileSync(file, JSON.stringify({ config }));
  }

  function expectDone(result: RunResult, ...steps: readonly string[]): void {
    expect(errorsOf(result)).toEqual([]);
    expect(result.outcome).toBe("succeeded");
    expect(changes(result)).toEqual(steps);
  }

  beforeAll(async () => {
    // Within the checkout, where the program finds the SDK; git ignores the folder.
    mkdirSync(join(REPOSITORY, ".nasiko"), { recursive: true });
    folder = mkdtempSync(join(REPOSITORY, ".nasiko/hand-over-"));
    cpSync(join(REPOSITORY, "test/crash/program"), join(folder, "program"), { recursive: true });
    const runtime = { name: "nodejs", options: { typescript: false } };
    writeFileSync(
      join(folder, "program/Pulumi.yaml"),
      JSON.stringify({ name: "crash", runtime, main: "index.ts" }),
    );
    writeFileSync(join(folder, "program/package.json"), JSON.stringify({ type: "module" }));
    run = { home: folder, stack: STACK, verb: "up", version: "1", base: await importBusybox(client) };
    configure("1");
  });
  afterAll(async () => {
    const images = ["1", "2"].map((version) => `nasiko-test/${STACK}:${version}`);
    await sweep(client, STACK, [...images, run.base]);
    rmSync(folder, { recursive: true });
  });

  test("what ours made, the CLI finds as it should be, exports, and takes back", async () => {
    expect((await up(options())).outcome).toBe("succeeded");
    expectValidCheckpoint(checkpointOf(run));
    await pulumi(["preview", "--expect-no-changes"]);
    const exported = join(folder, "exported.json");
    await pulumi(["stack", "export", "--file", exported]);
    await pulumi(["stack", "import", "--file", exported]);
    const history = JSON.parse(await pulumi(["stack", "history", "--json"])) as readonly unknown[];
    expect(history.at(-1)).toMatchObject({ kind: "update", result: "succeeded" });
    expectDone(await preview(options()));
  });

  test("what the CLI changes, ours goes on from without a step", async () => {
    configure("2");
    await pulumi(["up", "--yes", "--skip-preview"]);
    expect(checkpointProblems(readFileSync(checkpointOf(run), "utf8"))).toEqual([]);
    expectDone(await preview(options({ version: "2" })));
    expectDone(await up(options({ version: "2" })));
    await pulumi(["preview", "--expect-no-changes"]);
  });

  test("what the CLI protects, ours does not delete", async () => {
    const volume = urn("docker:index/volume:Volume", "data");
    await pulumi(["state", "protect", volume, "--yes"]);
    const refused = await destroy(options());
    expect(refused.outcome).toBe("failed");
    expect(errorsOf(refused)).toEqual([expect.stringContaining("data would be deleted, but is protected")]);
    await pulumi(["state", "unprotect", volume, "--yes"]);
  });

  test("a run of ours that was killed, the CLI can cancel and refresh", async () => {
    const script = join(REPOSITORY, "test/crash/killed-run.ts");
    const argument = JSON.stringify({ run: { ...run, verb: "down" }, point: { kind: "save", n: 2 } });
    expect(spawnSync(process.execPath, [script, argument]).signal).toBe("SIGKILL");
    const locks = join(run.home, ".pulumi/locks/organization/crash", STACK);
    expect(readdirSync(locks)).toHaveLength(1);
    await pulumi(["cancel", "--yes"]);
    expect(readdirSync(locks).filter((name) => name.endsWith(".json"))).toEqual([]);
    await pulumi(["refresh", "--yes", "--skip-preview"]);
    await pulumi(["up", "--yes", "--skip-preview"]);
    expectDone(await preview(options({ version: "2" })));
  });

  test("ours ends what both made", async () => {
    const result = await destroy(options());
    expect(errorsOf(result)).toEqual([]);
    expect(await client.containers({ labels: [`nasiko.stack=${STACK}`] })).toEqual([]);
    expect(await client.volumes({ labels: [`nasiko.stack=${STACK}`] })).toEqual([]);
    await pulumi(["stack", "rm", "--yes"]);
  });
});
