import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { backendPaths, type StackAddress } from "../../../../engine/core/backend.ts";
import { type PastRun, readHistory, writeHistory } from "../../../../engine/core/history.ts";

let address: StackAddress;
beforeEach(() => {
  address = { home: mkdtempSync(join(tmpdir(), "nasiko-history-")), project: "p", stack: "s" };
  const { checkpoint } = backendPaths(address);
  mkdirSync(dirname(checkpoint), { recursive: true });
  writeFileSync(checkpoint, "{}");
});
afterEach(() => rmSync(address.home, { recursive: true }));

const run = (second: number, more: Partial<PastRun> = {}): PastRun => ({
  ...{ kind: "update", result: "succeeded", changes: { create: 2, same: 7 }, by: "me" },
  startedAt: second * 1000,
  finishedAt: (second + 1) * 1000,
  steps: [{ name: "kong", type: "docker:index/container:Container", operation: "create", changed: [] }],
  ...more,
});

test("runs come back as they were, the latest first, as many as are asked for", async () => {
  const failed = run(1_700_000_100, {
    result: "failed",
    steps: [
      { name: "a", type: "t", operation: "replace", changed: ["image"], reason: "it is gone", failed: true },
    ],
  });
  await writeHistory(address, run(1_700_000_000));
  await writeHistory(address, failed);
  expect(await readHistory(address, 10)).toEqual([failed, run(1_700_000_000)]);
  expect(await readHistory(address, 1)).toEqual([failed]);
});

test("what the Pulumi CLI wrote is read, what is no record is passed over, and no folder is no run", async () => {
  expect(await readHistory(address, 10)).toEqual([]);
  await writeHistory(address, run(1_700_000_000));
  const { history } = backendPaths(address);
  // As version 3.260 writes it.
  const theirs = {
    ...{ kind: "destroy", startTime: 1_700_000_200, message: "", environment: { "exec.kind": "cli" } },
    ...{ config: {}, result: "succeeded", endTime: 1_700_000_230, version: 3 },
    resourceChanges: { delete: 4 },
  };
  writeFileSync(join(history, "s-1700000230000000001.history.json"), JSON.stringify(theirs));
  for (const [index, text] of ["", "[]", '{"kind":1}', "{"].entries())
    writeFileSync(join(history, `s-17000003000000000${index}.history.json`), text);
  const runs = await readHistory(address, 10);
  expect(runs).toHaveLength(2);
  expect(runs[0]).toEqual({
    ...{ kind: "destroy", result: "succeeded", changes: { delete: 4 } },
    ...{ startedAt: 1_700_000_200_000, finishedAt: 1_700_000_230_000 },
  });
});

test("its own fields stand beside those that Pulumi reads", async () => {
  await writeHistory(address, run(1_700_000_000));
  const { history } = backendPaths(address);
  const text = readFileSync(join(history, "s-1700000001000000000.history.json"), "utf8");
  expect(JSON.parse(text)).toMatchObject({
    ...{ kind: "update", startTime: 1_700_000_000, endTime: 1_700_000_001, result: "succeeded" },
    ...{ message: "", environment: {}, config: {}, resourceChanges: { create: 2, same: 7 }, by: "me" },
  });
});
