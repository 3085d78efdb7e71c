import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { docker, TestStack } from "../e2e/support/test-stack.ts";
import { removeAgentImages } from "../e2e/support/upload.ts";
import { ATTACKS } from "./attacks/index.ts";
import { BUILD_TIMEOUT } from "./attacks/builds.ts";
import { UPLOADED_AGENTS } from "./support/uploading.ts";
import type { Mode } from "./support/attack.ts";
import { knock } from "./support/knocking.ts";
import { MALLORY, writeMallory } from "./support/mallory.ts";
import { startTimes, type World, worldOf } from "./support/world.ts";

let stack: TestStack;
let world: World;

/** The whole platform, with an honest agent and one whose author attacks. */
const settings = (mode: Mode): Readonly<Record<string, string>> => ({
  NASIKO_SERVICES: "",
  NASIKO_AGENTS: ["translator", MALLORY].map((name) => `${name}=${stack.agentFolder(name)}`).join(","),
  AUTH_MODE: mode,
  NASIKO_BUILD_TIMEOUT: BUILD_TIMEOUT,
});

const up = async (mode: Mode): Promise<void> => {
  const outcome = await stack.nasiko(["local", "up", "--yes"], settings(mode));
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
  world = worldOf(stack, mode, settings(mode));
};

beforeAll(async () => {
  stack = await TestStack.create("security");
  stack.copyAgent("translator");
  writeMallory(join(stack.work, MALLORY));
});

afterAll(async () => {
  await stack.remove();
  for (const agent of UPLOADED_AGENTS) await removeAgentImages(agent);
});

interface Made {
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Containers of the platform's services, by id. */
const made = async (): Promise<ReadonlyMap<string, Made>> => {
  const containers = await docker.containers({
    labels: [`nasiko.stack=${stack.name}`, "nasiko.kind=service"],
  });
  return new Map(
    containers.map(({ Id, Labels, Created }) => [
      Id,
      { service: Labels["nasiko.service"] ?? "", at: Created * 1000 },
    ]),
  );
};

const tryAll = (mode: Mode): void => {
  beforeAll(() => up(mode));

  test.for(ATTACKS.filter(({ modes }) => modes.includes(mode)))(
    "$id $name",
    async ({ run, restarts }, { task }) => {
      const started = await startTimes(stack);
      task.meta.refused = await run(world);
      await world.othersAreServed();
      if (restarts !== true) expect(await startTimes(stack)).toEqual(started);
    },
  );
};

// The modes come one after the other on one stack, as they do in life.
describe("in mode simple", () => {
  tryAll("simple");
});

describe("while the mode changes", () => {
  test("to enterprise: nothing is answered without a token from the first replaced container on", async ({
    task,
  }) => {
    await up("simple");
    const before = await made();
    const knocking = knock(world.port("gateway"));
    await up("enterprise");
    const knocks = await knocking.stop();
    // What is new with the mode takes nobody's place.
    const services = new Set([...before.values()].map(({ service }) => service));
    const replaced = [...(await made())]
      .filter(([id, { service }]) => !before.has(id) && services.has(service))
      .map(([, { at }]) => at);
    // Docker's list tells whole seconds: what was sent within the first is not counted.
    const first = Math.min(...replaced) + 1000;
    const opened = knocks.filter(({ told }) => told?.status === 200);
    // In mode simple the same requests were answered, so the knocking is one that can fail.
    expect(opened.filter(({ at }) => at < first).length).toBeGreaterThan(0);
    expect(opened.filter(({ at }) => at >= first).map(({ path, at }) => `${path} +${at - first} ms`)).toEqual(
      [],
    );
    task.meta.refused = `${knocks.filter(({ at }) => at >= first).length} requests, none answered`;
  });
});

describe("in mode enterprise", () => {
  tryAll("enterprise");
});

describe("when the mode has changed back", () => {
  test("to simple: what was guarded is answered again", async () => {
    await up("simple");
    await world.othersAreServed();
  });
});
