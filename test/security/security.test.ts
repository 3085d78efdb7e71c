import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { TestStack } from "../e2e/support/test-stack.ts";
import { ATTACKS } from "./attacks/index.ts";
import { BOTH, type Mode } from "./support/attack.ts";
import { MALLORY, writeMallory } from "./support/mallory.ts";
import { type World, worldOf } from "./support/world.ts";

let stack: TestStack;
let world: World;

/** The whole platform, with an honest agent and one whose author attacks. */
const settings = (mode: Mode): Readonly<Record<string, string>> => ({
  NASIKO_SERVICES: "",
  NASIKO_AGENTS: ["translator", MALLORY].map((name) => `${name}=${stack.agentFolder(name)}`).join(","),
  AUTH_MODE: mode,
});

const up = async (mode: Mode): Promise<void> => {
  const outcome = await stack.nasiko(["local", "up", "--yes"], settings(mode));
  expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
  world = await worldOf(stack, mode);
};

beforeAll(async () => {
  stack = await TestStack.create("security");
  stack.copyAgent("translator");
  writeMallory(join(stack.work, MALLORY));
});

afterAll(async () => {
  await stack.remove();
});

// The modes come one after the other on one stack, as they do in life.
describe.each(BOTH)("in mode %s", (mode) => {
  beforeAll(() => up(mode));

  test.for(ATTACKS.filter(({ modes }) => modes.includes(mode)))("$id $name", async ({ run }, { task }) => {
    task.meta.refused = await run(world);
    await world.othersAreServed();
  });
});
