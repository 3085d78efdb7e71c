import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createRedeployer } from "../../../../../cli/features/agents/redeployer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Deployments that end when the test says so. */
function deployments(): {
  readonly deploy: (agent: string) => Promise<void>;
  readonly begun: string[];
  readonly end: () => Promise<void>;
} {
  const begun: string[] = [];
  const running: (() => void)[] = [];
  return {
    begun,
    deploy: (agent) => {
      begun.push(agent);
      return new Promise((resolve) => running.push(resolve));
    },
    end: async () => {
      expect(running).toHaveLength(1);
      running.pop()?.();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe("a redeployer", () => {
  test("waits for a moment of quiet, then deploys once", async () => {
    const { deploy, begun } = deployments();
    const { changed } = createRedeployer({ deploy, quiet: 200 });
    for (let burst = 0; burst < 5; burst++) {
      changed("a");
      await vi.advanceTimersByTimeAsync(150);
    }
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(50);
    expect(begun).toEqual(["a"]);
  });

  test("deploys one at a time, and what changed meanwhile once more", async () => {
    const { deploy, begun, end } = deployments();
    const { changed } = createRedeployer({ deploy, quiet: 200 });
    changed("a");
    changed("b");
    await vi.advanceTimersByTimeAsync(200);
    expect(begun).toEqual(["a"]);
    changed("a");
    changed("a");
    await vi.advanceTimersByTimeAsync(1000);
    expect(begun).toEqual(["a"]);
    await end();
    await end();
    await end();
    expect(begun.toSorted()).toEqual(["a", "a", "b"]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(begun).toHaveLength(3);
  });

  test("leaves what is still being written its moment, also right after a deployment", async () => {
    const { deploy, begun, end } = deployments();
    const { changed } = createRedeployer({ deploy, quiet: 200 });
    changed("a");
    await vi.advanceTimersByTimeAsync(200);
    changed("a");
    await vi.advanceTimersByTimeAsync(100);
    await end();
    expect(begun).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toEqual(["a", "a"]);
  });

  test("stops after the one that is under way", async () => {
    const { deploy, begun, end } = deployments();
    const { changed, stop } = createRedeployer({ deploy, quiet: 200 });
    changed("a");
    changed("b");
    await vi.advanceTimersByTimeAsync(200);
    const stopped = stop();
    await end();
    await stopped;
    changed("c");
    await vi.advanceTimersByTimeAsync(1000);
    expect(begun).toEqual(["a"]);
  });
});
