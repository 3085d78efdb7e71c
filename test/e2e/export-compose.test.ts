import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { composeBinary } from "../support/compose-binary.ts";
import { fetchCard } from "./support/a2a.ts";
import { run, type Outcome, TestStack } from "./support/test-stack.ts";

/** With a job that nobody waits for, which Compose alone would call a failure. */
const SERVICES = "redis,kong-service-registry,ollama-model-init";

let stack: TestStack;
let file: string;

const compose = (...args: readonly string[]): Promise<Outcome> =>
  run(composeBinary(), ["--file", file, ...args], stack.environment());

beforeAll(async () => {
  stack = await TestStack.create("e2e-compose");
  stack.copyAgent("translator");
  file = join(stack.work, "compose.yaml");
  // The images are there when the stack was up once; its containers make room for Compose's.
  const steps = [
    ["local", "up", "--yes"],
    ["local", "down"],
    ["export", "compose"],
  ];
  for (const step of steps) {
    const outcome = await stack.nasiko(step, { NASIKO_SERVICES: SERVICES });
    expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
    writeFileSync(file, outcome.stdout);
  }
});

afterAll(async () => {
  await compose("down", "--volumes");
  await stack.remove();
});

test("Compose accepts the exported file without a word", async () => {
  expect(await compose("config", "--quiet")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

test("Compose brings the same platform up, healthy, and its gateway serves the agent", async () => {
  const up = await compose("up", "--wait");
  expect(up, up.stderr).toMatchObject({ exitCode: 0 });
  const status = await compose("ps", "--all", "--format", "{{.Service}} {{.State}} {{.Health}}");
  expect(status.stdout.trim().split("\n").toSorted()).toEqual([
    expect.stringMatching(/^agent-translator-\w+ running $/) as string,
    "docker-proxy-read running healthy",
    "kong running healthy",
    "kong-database running healthy",
    "kong-migrations exited ",
    "kong-service-registry running healthy",
    "ollama running healthy",
    "ollama-model-init exited ",
    "redis running healthy",
  ]);
  await expect
    .poll(() => fetchCard(stack.gateway, "translator").catch(() => undefined), { timeout: 60_000 })
    .toMatchObject({ name: "Translator" });
});
