import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { basesOf } from "../../cli/stack/blueprint/prepare-images.ts";
import { type Blueprint, buildBlueprint } from "../../platform/blueprint/blueprint.ts";
import { imagesOf } from "../../platform/blueprint/images.ts";
import { baseIdentity } from "../../platform/images/base-recipes.ts";
import { catalogue } from "../../platform/services/catalogue.ts";
import { resolveSettings } from "../../platform/settings/resolve.ts";
import { OwnEngine } from "./support/own-engine.ts";
import { docker, ROOT, TestStack } from "./support/test-stack.ts";

interface Steps {
  readonly steps: Readonly<Record<string, number>>;
}

/** Data, what needs it, a job that must not run again, and the gateway; no agent, which is reached by a host port. */
const SMALL = {
  NASIKO_SERVICES: "redis,nasiko-backend,kong",
  NASIKO_AGENTS: "",
  NASIKO_PUBLIC_IMAGES: "offline",
};

const engine = new OwnEngine();
const there = { ...SMALL, DOCKER_HOST: engine.host };
let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create("e2e-restart");
  const images = await imagesOfStack();
  await engine.start();
  engine.takeImages(images);
  const up = await stack.nasiko(["local", "up", "--yes"], there);
  expect(up, up.stderr).toMatchObject({ exitCode: 0 });
  await redis("set", "promise", "kept");
  await redis("save");
}, 1_500_000);

afterAll(async () => {
  const down = await stack.nasiko(["local", "down", "--volumes", "--yes"], there);
  await engine.remove();
  await stack.remove();
  expect(down, down.stderr).toMatchObject({ exitCode: 0 });
});

function blueprint(): Blueprint {
  const stackConfig = {
    "nasiko:services": SMALL.NASIKO_SERVICES,
    "nasiko:agents": SMALL.NASIKO_AGENTS,
    "nasiko:publicImages": SMALL.NASIKO_PUBLIC_IMAGES,
  };
  const result = resolveSettings({ stack: "local", architecture: process.arch, env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return buildBlueprint({ root: ROOT, settings: result.resolved.settings, catalogue });
}

/** References of all that the stack is made from; what is missing on the machine's engine is built there first. */
async function imagesOfStack(): Promise<readonly string[]> {
  const drawn = blueprint();
  const references = [
    ...imagesOf(drawn).map(({ reference }) => reference),
    ...basesOf(drawn).map((base) => baseIdentity(base).reference),
  ];
  const found = await Promise.all(references.map((reference) => docker.image(reference)));
  if (found.includes(undefined)) {
    await stack.json(["local", "up", "--yes"], SMALL);
    await stack.json(["local", "down", "--volumes", "--yes"], SMALL);
  }
  return references;
}

async function redis(...command: readonly string[]): Promise<string> {
  const how = { timeout: 60_000, signal: new AbortController().signal };
  const container = stack.containerName("redis");
  const { output } = await engine.client.exec(container, ["redis-cli", ...command], how);
  return output.trim();
}

/** Which containers there are, each with when it started. */
async function lives(): Promise<ReadonlyMap<string, string>> {
  const listed = await engine.client.containers({ labels: [`nasiko.stack=${stack.name}`] });
  const inspected = await Promise.all(listed.map(({ Id }) => engine.client.container(Id)));
  return new Map(inspected.map((found) => [found?.Id ?? "", found?.State.StartedAt ?? ""]));
}

describe("after the engine", () => {
  test.each([
    ["was stopped and started", () => engine.shutDown()],
    ["and all it ran was killed, as by a power cut", () => engine.cutPower()],
  ] as const)(
    "%s, the stack comes back healthy by itself, with its data, and there is nothing to do",
    async (_, stop) => {
      const before = await lives();
      await stop();
      await engine.start();
      await expect
        .poll(async () => (await stack.nasiko(["local", "status"], there)).exitCode, {
          timeout: 300_000,
          interval: 500,
        })
        .toBe(0);

      const after = await lives();
      expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
      // All but the job, which has run.
      const restarted = [...after].filter(([id, startedAt]) => before.get(id) !== startedAt);
      expect(restarted).toHaveLength(after.size - 1);
      expect(await redis("get", "promise")).toBe("kept");
      const { steps } = await stack.json<Steps>(["local", "up", "--yes"], there);
      const changes = Object.entries(steps).filter(([operation, count]) => operation !== "same" && count > 0);
      expect(changes).toEqual([]);
    },
  );
});
