import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../../../engine/core/values.ts";
import { createDockerClient } from "../../../../../engine/providers/docker/client.ts";
import { createDockerProvider } from "../../../../../engine/providers/docker/docker-provider.ts";
import { importBusybox, sweep } from "./busybox.ts";
import { harness } from "./harness.ts";

const STACK = `providers-waiting-${process.pid}`;
const client = createDockerClient();
const provider = createDockerProvider({ root: import.meta.dirname, client });
const engine = harness(provider);
let image = "";

beforeAll(async () => {
  image = await importBusybox(client);
});
afterEach(() => sweep(client, STACK, []));
afterAll(async () => {
  await sweep(client, STACK, [image]);
  await provider.close();
});

/** A health check that outlasts everything: a wait that sat through it would end 20 s late. */
const HANGING = { tests: ["CMD", "sleep", "20"], interval: "60s", timeout: "30s", startPeriod: "60s" };

/** Creates a container that never becomes ready, and says why and how long after `event` the wait was over. */
async function waitFor(
  event: string,
  script: string,
  more: PropertyMap,
): Promise<{ readonly reason: string; readonly delay: number }> {
  const name = `nasiko-${STACK}-${event}`;
  const since = Math.floor(Date.now() / 1000);
  const recorded = await engine.create("container", event, {
    name,
    image,
    command: ["sh", "-c", script],
    labels: [{ label: "nasiko.stack", value: STACK }],
    healthcheck: { ...HANGING },
    wait: true,
    waitTimeout: 60,
    ...more,
  });
  const endedAt = Date.now();
  const told = await client.call("tell events", (docker) =>
    docker.getEvents({
      since,
      until: Math.ceil(endedAt / 1000) + 1,
      filters: { container: [recorded.id], event: [event] },
    }),
  );
  const lines = await text(told);
  const nanoseconds = /"timeNano":(\d+)/.exec(lines)?.[1];
  expect(nanoseconds, `the engine told of no "${event}"`).toBeDefined();
  return { reason: recorded.initErrors.join("\n"), delay: endedAt - Number(nanoseconds) / 1e6 };
}

describe("a wait ends within a second, even in the middle of a probe,", () => {
  test("of the container's exit, with its exit code", async () => {
    const { reason, delay } = await waitFor("die", "sleep 3; exit 7", {});
    expect(reason).toContain("is exited with exit code 7");
    expect(delay).toBeLessThan(1000);
  });

  test("of a process that is killed for its memory, though the container goes on", async () => {
    const { reason, delay } = await waitFor("oom", "sleep 2; tail /dev/zero; sleep 60", {
      memory: 16,
      memorySwap: 16,
    });
    expect(reason).toContain("ran out of memory: a process in it was killed");
    expect(delay).toBeLessThan(1000);
  });

  test("of Docker's verdict, with its last probe", async () => {
    // The first run of the check is Docker's or ours; both hang until the file is there, which is never.
    const { reason, delay } = await waitFor("health_status", "sleep 60", {
      healthcheck: { tests: ["CMD", "sleep", "20"], interval: "1s", timeout: "2s", retries: 1 },
    });
    expect(reason).toContain("is unhealthy");
    expect(delay).toBeLessThan(1000);
  });
});
