import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { CommandContext } from "../../../../../cli/stack/context.ts";
import { forgetPlan, knownStack } from "../../../../../cli/stack/observe/recall-plan.ts";
import { createSurroundings, type Surroundings } from "../../handler-context.ts";

let folder: string;
let home: string;
let surroundings: Surroundings;
/** How often the state was read, which only building a plan does. */
let reads: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-plan-"));
  home = join(folder, "home");
  reads = 0;
  surroundings = await createSurroundings({
    environment: { NASIKO_HOME: home, NASIKO_CONFIG_FILE: join(folder, "config.env") },
    engine: {
      readStack: () => {
        reads += 1;
        return Promise.resolve(undefined);
      },
    },
  });
  mkdirSync(join(home, ".pulumi/stacks/nasiko"), { recursive: true, mode: 0o700 });
  write("config.env", "");
  write("home/passphrase", "secret");
  write("home/.pulumi/stacks/nasiko/local.json", "{}");
  // Bundles that are missing are made by the first look, which then keeps nothing: they are inputs.
  await knownStack(surroundings.context);
  forgetPlan(surroundings.context);
  reads = 0;
});

afterEach(async () => {
  await surroundings.close();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
const record = (): string => join(home, "stacks/local.plan.json");

/** Whether a look read the state, and so built the blueprint as well. */
async function builds(context: CommandContext = surroundings.context): Promise<boolean> {
  const before = reads;
  await knownStack(context);
  return reads > before;
}

describe("what a stack shall have", () => {
  test("is found out once, and is the same from then on", async () => {
    const { context } = surroundings;
    const first = await knownStack(context);
    expect(reads).toBeGreaterThan(0);
    expect(first.plan.layers.flatMap(({ services }) => services.map(({ name }) => name))).toEqual(["redis"]);
    expect(await builds()).toBe(false);
    expect(await knownStack(context)).toEqual(first);
  });

  test("is kept for its owner only, without secrets", async () => {
    await knownStack(surroundings.context);
    expect(statSync(record()).mode & 0o777).toBe(0o600);
    expect(readFileSync(record(), "utf8")).not.toContain("secret");
  });

  test.each<readonly [string, () => void]>([
    ["the config file", () => write("config.env", "NASIKO_PORT_N8N=15678")],
    ["the state", () => write("home/.pulumi/stacks/nasiko/local.json", "{ }")],
    ["the record is damaged", () => writeFileSync(record(), "{")],
    ["the record is of another form", () => writeFileSync(record(), '{ "version": 0 }')],
  ])("is found out again when something changed: %s", async (_, change) => {
    await builds();
    change();
    expect(await builds()).toBe(true);
  });

  test("is found out again with another environment", async () => {
    await builds();
    expect(await builds(surroundings.context.withEnvironment({ NASIKO_PORT_OFFSET: "32000" }))).toBe(true);
  });

  test("is not recalled while a run has the stack", async () => {
    await builds();
    mkdirSync(join(home, ".pulumi/locks/organization/nasiko/local"), { recursive: true, mode: 0o700 });
    write("home/.pulumi/locks/organization/nasiko/local/lock.json", "{}");
    expect(await builds()).toBe(true);
  });

  test("goes with the stack", async () => {
    await builds();
    forgetPlan(surroundings.context);
    expect(existsSync(record())).toBe(false);
  });
});
