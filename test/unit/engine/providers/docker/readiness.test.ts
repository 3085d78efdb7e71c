import { describe, expect, test } from "vitest";
import { dockerError } from "../../../../../engine/providers/docker/docker-error.ts";
import type { ContainerFailure } from "../../../../../engine/providers/docker/container-failure.ts";
import { waitUntilReady } from "../../../../../engine/providers/docker/readiness.ts";
import { fakeWorld, type FakeRun } from "./fake-container.ts";

async function failureOf(run: FakeRun): Promise<ContainerFailure> {
  const readiness = await waitUntilReady("id", run);
  if (readiness.ready) throw new Error("ready, but should have failed");
  return readiness.failure;
}

describe("waiting for a container", () => {
  test("ends when Docker calls it healthy, without a probe", async () => {
    const run = fakeWorld({ state: () => ({ health: "healthy" }) });
    expect(await waitUntilReady("id", run)).toEqual({ ready: true });
    expect(run.probedAt).toEqual([]);
  });

  test("ends when its own check succeeds, long before Docker looks", async () => {
    const run = fakeWorld({
      state: () => ({ health: "starting" }),
      probe: (at) => ({ exitCode: at >= 2000 ? 0 : 1, output: "" }),
    });
    expect(await waitUntilReady("id", run)).toEqual({ ready: true });
    expect(run.elapsed()).toBeLessThan(3000);
    expect(run.reports).toContain("waiting for health (starting)");
  });

  test("backs off from 250 ms to 1 s", async () => {
    const run = fakeWorld({ state: () => ({}), timeoutSeconds: 6 });
    await failureOf(run);
    const pauses = run.probedAt.slice(1).map((at, index) => at - (run.probedAt[index] ?? 0));
    expect(pauses.slice(0, 5)).toEqual([250, 375, 562.5, 843.75, 1000]);
    expect(Math.max(...pauses)).toBe(1000);
  });

  test("ends at once when it exits, and says with which code", async () => {
    const run = fakeWorld({
      state: (at) => (at < 500 ? {} : { running: false, exitCode: 78, error: "" }),
      probe: () => ({ exitCode: 1, output: "connection refused\n" }),
    });
    const failure = await failureOf(run);
    expect(run.elapsed()).toBeLessThan(1000);
    expect(failure).toEqual({
      container: "nasiko-test-kong",
      state: "exited",
      exitCode: 78,
      oomKilled: false,
      probe: { command: "kong health", exitCode: 1, output: "connection refused" },
      logTail: ["first line", "last line"],
      sentence:
        "nasiko-test-kong is exited with exit code 78; its last health probe ended with 1: connection refused",
    });
  });

  test("ends at once when it is killed for its memory", async () => {
    const run = fakeWorld({ state: () => ({ running: false, exitCode: 137, oomKilled: true }) });
    expect((await failureOf(run)).sentence).toBe(
      "nasiko-test-kong is exited with exit code 137, out of memory",
    );
    const child = fakeWorld({ state: () => ({ oomKilled: true }) });
    expect((await failureOf(child)).sentence).toContain("ran out of memory: a process in it was killed");
    expect(child.elapsed()).toBe(0);
  });

  test("ends at once when it restarts", async () => {
    const run = fakeWorld({ state: (at) => (at < 300 ? {} : { restarts: 1, exitCode: 1 }) });
    expect((await failureOf(run)).sentence).toContain("keeps exiting: restarted 1 times, last exit code 1");
    const restarting = fakeWorld({ state: () => ({ restarting: true, restarts: 4, status: "restarting" }) });
    expect((await failureOf(restarting)).state).toBe("restarting");
  });

  test("does not count restarts from before", async () => {
    const run = fakeWorld({ state: () => ({ restarts: 7, health: "healthy" }) });
    expect(await waitUntilReady("id", run)).toEqual({ ready: true });
  });

  test("ends at once when Docker calls it unhealthy, with Docker's own last probe", async () => {
    const run = fakeWorld({
      state: (at) =>
        at < 300 ? {} : { health: "unhealthy", healthLog: { ExitCode: 7, Output: "no\n database " } },
      probe: () => ({ exitCode: 1, output: "older" }),
    });
    expect((await failureOf(run)).sentence).toBe(
      "nasiko-test-kong is unhealthy; its last health probe ended with 7: no database",
    );
  });

  test("ends when time is up, and says so", async () => {
    const run = fakeWorld({ state: () => ({}), timeoutSeconds: 3 });
    expect((await failureOf(run)).sentence).toBe(
      "nasiko-test-kong was not healthy within 3 s; its last health probe ended with 1: not yet",
    );
    expect(run.elapsed()).toBe(3000);
  });

  test("says when a probe did not end, and cuts long output", async () => {
    const stuck = fakeWorld({
      state: () => ({}),
      timeoutSeconds: 1,
      probe: () => ({ exitCode: undefined, output: "" }),
    });
    expect((await failureOf(stuck)).sentence).toContain("its last health probe did not end in time");
    const chatty = fakeWorld({
      state: () => ({}),
      timeoutSeconds: 1,
      probe: () => ({ exitCode: 1, output: "x".repeat(5000) }),
    });
    expect((await failureOf(chatty)).sentence.length).toBeLessThan(350);
  });

  test("does not take a probe into a stopping container for an answer", async () => {
    const conflict = Object.assign(new Error("container is not running"), { statusCode: 409 });
    const run = fakeWorld({
      state: (at) => (at === 0 ? {} : { running: false, exitCode: 1 }),
      probe: () => dockerError("run a command", "unix:///x", conflict),
    });
    const failure = await failureOf(run);
    expect(failure.probe).toBeUndefined();
    expect(failure.exitCode).toBe(1);
  });

  test("passes on what is no answer of the engine", async () => {
    const run = fakeWorld({ state: () => ({}), probe: () => new Error("our own fault") });
    await expect(waitUntilReady("id", run)).rejects.toThrow("our own fault");
  });

  test("refuses a container without a health check, a paused and a removed one", async () => {
    expect((await failureOf(fakeWorld({ state: () => ({ tests: ["NONE"] }) }))).sentence).toBe(
      "nasiko-test-kong has no health check to wait for",
    );
    expect((await failureOf(fakeWorld({ state: () => ({ paused: true }) }))).sentence).toContain("is paused");
    expect((await failureOf(fakeWorld({ state: () => undefined }))).state).toBe("removed");
  });

  test("stops when it is told to", async () => {
    const controller = new AbortController();
    const run = fakeWorld({
      state: (at) => {
        if (at > 1000) controller.abort(new Error("enough"));
        return {};
      },
      signal: controller.signal,
    });
    await expect(waitUntilReady("id", run)).rejects.toThrow("enough");
  });
});
