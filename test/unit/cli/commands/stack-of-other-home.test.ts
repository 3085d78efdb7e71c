import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { down as downCommand } from "../../../../cli/commands/local/down.ts";
import { status as statusCommand } from "../../../../cli/commands/local/status.ts";
import { up as upCommand } from "../../../../cli/commands/local/up.ts";
import { preview as previewCommand } from "../../../../cli/commands/preview.ts";
import { describeProblems } from "../../../../cli/lib/describe-problems.ts";
import { checkpointFile } from "../../../../cli/stack/state/checkpoint-file.ts";
import type { RunResult } from "../../../../engine/core/engine.ts";
import type { FakeContainer } from "../../../support/fake-docker.ts";
import { calling, createSurroundings, type Surroundings } from "../handler-context.ts";

const down = calling(downCommand);
const preview = calling(previewCommand);
const status = calling(statusCommand);
const up = calling(upCommand);

const open: Surroundings[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

const container = (service: string, more: Partial<FakeContainer> = {}): FakeContainer => ({
  name: `nasiko-local-${service}`,
  labels: { "nasiko.stack": "local", "nasiko.service": service, "nasiko.managed-by": "pulumi" },
  running: true,
  health: "healthy",
  log: [],
  ...more,
});

const nothingLeft: RunResult = { outcome: "succeeded", steps: [], outputs: {}, diagnostics: [] };

/** A home without a state, and an engine that has the stack: every run but a removal is a failure of the test. */
async function runningStack(recordedIn = ""): Promise<Surroundings> {
  const made = await createSurroundings({ engine: { destroy: () => Promise.resolve(nothingLeft) } });
  open.push(made);
  const services = ["mongodb", "redis", "kong", "phoenix"];
  made.docker.containers.push(...services.map((service) => container(service, { recordedIn })));
  return made;
}

const problemOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "no problem",
    (error: unknown) => describeProblems(error),
  );

test.each([
  ["up", up],
  ["preview", preview],
  ["down", down],
])("%s in a home without the stack's state is one refusal, and tries nothing", async (_, command) => {
  const { context, docker, told } = await runningStack();
  const problem = await problemOf(command(context, {}));
  expect(problem).toContain("NSK-STACK-OF-OTHER-HOME: Stack local is on this engine");
  expect(problem).toContain("The engine has 4 containers of it.");
  expect(problem).toContain("./nasiko --stack local local down --volumes --remove-orphans");
  expect(problem).toContain("local restore <snapshot>");
  expect(problem).toContain("--stack mine local up");
  expect([told, docker.changes]).toEqual([[], []]);
});

test("the refusal names the home that made the stack, ready to paste when its state is there", async () => {
  const other = mkdtempSync(join(tmpdir(), "nasiko other höme "));
  const file = checkpointFile({ home: other, stack: "local" });
  try {
    const gone = await problemOf(up((await runningStack(file)).context, {}));
    expect(gone).toContain(`from the home ${other}, whose state of them is not on this machine`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "{}");
    const there = await problemOf(up((await runningStack(file)).context, {}));
    expect(there).toContain(`→ NASIKO_HOME='${other}' ./nasiko --stack local local status`);
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("what a worker started, and what somebody labelled by hand, is in nobody's way", async () => {
  const made = await createSurroundings({ engine: { destroy: () => Promise.resolve(nothingLeft) } });
  open.push(made);
  made.docker.containers.push(
    container("x", {
      labels: { "nasiko.stack": "local", "nasiko.agent": "x", "nasiko.managed-by": "worker" },
    }),
    container("y", { labels: { "nasiko.stack": "local" } }),
  );
  made.docker.containers.forEach((each) => (each.running = false));
  expect((await down(made.context, {})).exitCode).toBe(0);
  expect(made.docker.changes).toEqual(["remove nasiko-local-x"]);
});

test("down --remove-orphans asks first, and then removes what no state knows", async () => {
  const { context, docker } = await runningStack();
  expect(await problemOf(down(context, { removeOrphans: true }))).toContain(
    "NSK-ORPHANS-NOT-CONFIRMED: Nothing was removed: nobody agreed to remove 4 containers of stack local.",
  );
  expect(docker.changes).toEqual([]);
  const removed = await down(context, { removeOrphans: true, yes: true });
  expect(removed.text).toContain("So are 4 containers that the state did not know.");
  expect(docker.containers).toEqual([]);
});

test("status counts what its state does not know, in one line", async () => {
  const { context } = await runningStack();
  const { text } = await status(context, {});
  expect(text.split("\n").filter((line) => line.startsWith("!"))).toEqual([
    expect.stringContaining("4 containers carry the label of stack local but are not in its state"),
  ]);
});
