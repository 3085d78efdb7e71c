import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runLoop } from "../../../../services/nasiko-worker/src/loop.ts";
import type { Entry } from "../../../../services/nasiko-worker/src/stream.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-loop-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the loop on a stream whose answers are given; returns what it logged. */
async function loggedBy(
  next: () => Promise<Entry | undefined>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines: string[] = [];
  await runLoop({
    stream: {
      next,
      keep: () => Promise.resolve(),
      drop: () => Promise.resolve(),
      done: () => Promise.resolve(),
      outdated: () => Promise.resolve(false),
      bury: () => Promise.resolve(),
    },
    agentsRoot: "/agents",
    maxAttempts: 3,
    heartbeatFile: join(folder, "heartbeat"),
    longestWork: 60_000,
    carryOut: () => Promise.resolve(),
    report: () => Promise.resolve(),
    figures: { processed: () => undefined },
    signal,
    log: (level, message) => lines.push(`${level}: ${message}`),
  });
  return lines;
}

test("a worker that gives up its connection because it was told to stop ends without a complaint", async () => {
  const stopping = new AbortController();
  const next = (): Promise<never> => {
    stopping.abort();
    return Promise.reject(new Error("Connection is closed."));
  };
  expect(await loggedBy(next, stopping.signal)).toEqual([]);
});

test("one whose Redis is away says so, and ends at once when told to stop meanwhile", async () => {
  const stopping = new AbortController();
  let asked = 0;
  const next = (): Promise<never> => {
    asked++;
    setImmediate(() => stopping.abort());
    return Promise.reject(new Error("Connection is closed."));
  };
  expect(await loggedBy(next, stopping.signal)).toEqual(["warn: the stream of commands cannot be used"]);
  expect(asked).toBe(1);
});

test("work that took the worker down too often is put aside with a reason, and what comes after it is done", async () => {
  const stopping = new AbortController();
  const command = (id: string, attempt: number): Entry => ({
    ...{ id, attempt },
    fields: Object.entries({ command: "remove_agent", agent_name: `agent-${id}` }).flat(),
  });
  const entries = [command("1", 4), command("2", 1)];
  const buried: string[] = [];
  const done: string[] = [];
  await runLoop({
    stream: {
      next: () => {
        const next = entries.shift();
        if (next === undefined) stopping.abort();
        return Promise.resolve(next);
      },
      keep: () => Promise.resolve(),
      drop: () => Promise.resolve(),
      done: (id) => Promise.resolve(void done.push(id)),
      outdated: () => Promise.resolve(false),
      bury: ({ id }, reason) => Promise.resolve(void buried.push(`${id}: ${reason}`)),
    },
    ...{
      agentsRoot: "/agents",
      maxAttempts: 3,
      longestWork: 60_000,
      heartbeatFile: join(folder, "heartbeat"),
    },
    carryOut: () => Promise.resolve(),
    report: () => Promise.resolve(),
    figures: { processed: () => undefined },
    signal: stopping.signal,
    log: () => undefined,
  });
  expect({ buried, done }).toEqual({ buried: ["1: it was never finished"], done: ["2"] });
});
