import type { ContainerInspectInfo } from "dockerode";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { untilHealthy } from "../../../../../cli/features/verify/until-healthy.ts";

vi.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const state = (health: string): ContainerInspectInfo["State"] =>
  ({ Running: true, Health: { Status: health } }) as unknown as ContainerInspectInfo["State"];
const wait = (health: string, cancel = new AbortController().signal): Promise<string> =>
  untilHealthy({ service: "redis", look: () => Promise.resolve(state(health)), cancel }).then(
    () => "healthy",
    (error: unknown) => String(error),
  );

test("a service that stays unhealthy is given up after three minutes", async () => {
  const end = wait("unhealthy");
  await vi.advanceTimersByTimeAsync(200_000);
  expect(await end).toContain("redis was started again but is not healthy after 180 s");
});

test("a canceled wait ends at once", async () => {
  expect(await wait("unhealthy", AbortSignal.abort())).toContain("AbortError");
});

test("a healthy service ends the wait", async () => {
  expect(await wait("healthy")).toBe("healthy");
});
