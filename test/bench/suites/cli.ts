import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { createDockerClient } from "../../../engine/providers/docker/client.ts";
import { buildBlueprint } from "../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import { loadSettings } from "../../../platform/settings/load.ts";
import { importBusybox, sweep } from "../../integration/engine/providers/docker/busybox.ts";
import { inUnits } from "../measure.ts";
import { type Figure, limited, type Suite } from "../suite.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");
const ROUNDS = 9;
const STACK = `bench-cli-${process.pid}`.slice(0, 20);

/** Between two probes of a container, as often as the platform's own: each is work for the engine as well. */
const PROBE_SECONDS = 10;

/** The platform's containers by name and label, each only asleep: what `status` costs does not depend on what runs. */
async function* measure(): AsyncGenerator<Figure> {
  const client = createDockerClient({ host: process.env["DOCKER_HOST"] });
  const home = mkdtempSync(join(tmpdir(), "nasiko-bench-"));
  const image = await importBusybox(client);
  try {
    const { settings } = loadSettings({
      root: REPOSITORY,
      stack: STACK,
      environment: { NASIKO_HOME: home },
      stackConfig: {},
    });
    const { layers } = buildBlueprint({ root: REPOSITORY, settings, catalogue });
    const services = layers.flatMap((layer) => layer.services);
    for (const { container } of services)
      await client.call(`start ${container.name}`, async (docker) => {
        const made = await docker.createContainer({
          name: container.name,
          Image: image,
          Cmd: ["sleep", "900"],
          Labels: { ...container.labels },
          Healthcheck: { Test: ["CMD", "true"], Interval: PROBE_SECONDS * 1e9 },
          HostConfig: { NetworkMode: "none" },
        });
        await made.start();
      });
    // A container that was never probed is probed by `status` itself.
    await setTimeout((PROBE_SECONDS + 2) * 1000);
    const nasiko =
      (...args: readonly string[]): (() => Promise<void>) =>
      () =>
        run(home, args);
    // What V8 compiles is kept from the first time on, as for everybody who uses the command twice.
    await nasiko("--help")();
    await nasiko("local", "status")();
    const [help, status] = await inUnits(ROUNDS, [nasiko("--help"), nasiko("local", "status")]);
    yield* limited("--help", help, 1.5);
    yield* limited(`status of ${services.length} services`, status, 3);
  } finally {
    await sweep(client, STACK, [image]);
    rmSync(home, { recursive: true });
  }
}

/** From the launcher to the end, whatever the exit code: nothing here is as the platform's containers are. */
async function run(home: string, args: readonly string[]): Promise<void> {
  const child = spawn(join(REPOSITORY, "nasiko"), ["--stack", STACK, ...args], {
    env: { ...process.env, NASIKO_HOME: home },
    stdio: "ignore",
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (exitCode !== 0 && exitCode !== 21) throw new Error(`nasiko ${args.join(" ")} ended with ${exitCode}`);
}

const suite: Suite = { summary: "the command: start, and a look at the whole platform", measure };
export default suite;
