import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Terminal } from "./support/terminal.ts";
import { docker, ROOT, TestStack } from "./support/test-stack.ts";

/** What a person sees: the real command on a terminal of 80 columns. One test is one glance; they build on each other. */
let stack: TestStack;
let terminal: Terminal;
let redis: string;

beforeAll(async () => {
  stack = await TestStack.create("e2e-term");
  redis = stack.containerName("redis");
  terminal = new Terminal("nasiko-e2e", stack.environment({ NASIKO_SERVICES: "redis" }), {
    columns: 80,
    rows: 24,
  });
});
afterAll(async () => {
  terminal.close();
  await stack.remove();
});

/** Types a command of ours; its exit code comes behind it. */
const nasiko = (line: string): void =>
  terminal.type(`clear; ${join(ROOT, "nasiko")} --stack ${stack.name} ${line}; echo "code=$?"`);

test("up draws a tree, and leaves the result below it", async () => {
  nasiko("local up --yes");
  await terminal.shows(/e2e-term {2}\d of 1 ready/);
  const screen = await terminal.shows(/code=0/);
  expect(screen).toMatch(/e2e-term {2}1 of 1 ready/);
  expect(screen).toMatch(/✓ redis +\d+\.\d s/);
  expect(screen).toMatch(/Stack e2e-term is ready after/);
  // Drawn anew, not one below the other.
  expect(terminal.screen(true).match(/of 1 ready/g)).toHaveLength(1);
});

test("status --watch follows what happens, and ends with Ctrl-C", async () => {
  nasiko("local status --watch");
  await terminal.shows(/✓ +redis +healthy/);
  await docker.call(`stop ${redis}`, (engine) => engine.getContainer(redis).stop());
  await terminal.shows(/✗ +redis +exited/);
  await docker.call(`start ${redis}`, (engine) => engine.getContainer(redis).start());
  const screen = await terminal.shows(/✓ +redis +healthy/);
  expect(screen.match(/redis +healthy/g)).toHaveLength(1);
  terminal.press("C-c");
  await terminal.shows(/code=0/);
});

test("logs -f goes on through a restart, and ends with Ctrl-C without a word", async () => {
  nasiko("local logs -f -n 1 --grep 'Ready to accept'");
  await terminal.shows(/redis \| .*Ready to accept/);
  terminal.type("");
  await docker.call(`restart ${redis}`, (engine) => engine.getContainer(redis).restart());
  await terminal.shows(/(?:redis \| [^|]*Ready to accept[^|]*){2}/);
  terminal.press("C-c");
  const screen = await terminal.shows(/code=0/);
  expect(screen).not.toContain("Stopping");
});

test("an up that fails names what failed, its exit code and its last lines", async () => {
  const manifest = "/data/appendonlydir/appendonly.aof.manifest";
  const how = { timeout: 60_000, signal: new AbortController().signal };
  const spoiled = await docker.exec(redis, ["sh", "-c", `echo nonsense > ${manifest}`], how);
  expect(spoiled).toMatchObject({ exitCode: 0 });
  await docker.call(`kill ${redis}`, (engine) => engine.getContainer(redis).kill());
  nasiko("local up");
  await terminal.shows(/code=\d+/);
  const screen = terminal.screen(true);
  expect(screen).toContain("code=20");
  expect(screen).toMatch(/✗ redis +\d+\.\d s {2}failed/);
  expect(screen).toMatch(/✗ redis (?:keeps ending|ended)[\s\S]*exit code 1/);
  expect(screen).toMatch(/\| .*Invalid AOF manifest file format|\| .*AOF/);
});
