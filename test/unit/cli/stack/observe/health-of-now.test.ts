import type { ContainerInspectInfo } from "dockerode";
import { expect, test } from "vitest";

import { withHealthOfNow } from "../../../../../cli/stack/observe/health-of-now.ts";
import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";

const container = (health: string): ContainerInspectInfo =>
  // As much of a container as is looked at.
  ({
    Id: "1",
    State: { Status: "running", Health: { Status: health } },
    Config: { Healthcheck: { Test: ["CMD", "check"], Timeout: 5_000_000_000 } },
  }) as unknown as ContainerInspectInfo;

type Fake = Pick<DockerClient, "exec" | "container">;

/** What is told of a container that an engine calls "starting". */
async function seen(fake: Partial<Fake>): Promise<string | undefined> {
  const docker: Fake = {
    exec: () => Promise.reject(new Error("no check is expected")),
    container: () => Promise.reject(new Error("no second look is expected")),
    ...fake,
  };
  // Nothing else of the client is used.
  const { State } = await withHealthOfNow(docker as DockerClient, container("starting"));
  return State.Health?.Status;
}

const ending =
  (exitCode: number): Fake["exec"] =>
  () =>
    Promise.resolve({ exitCode, output: "" });
const cutOff: Fake["exec"] = () => Promise.reject(Object.assign(new Error("read"), { code: "ECONNRESET" }));

test("a container that has just started is as healthy as its own check says", async () => {
  expect(await seen({ exec: ending(0) })).toBe("healthy");
  expect(await seen({ exec: ending(1) })).toBe("starting");
});

test("one that ends while it is checked is what a second look finds", async () => {
  expect(await seen({ exec: cutOff, container: () => Promise.resolve(container("unhealthy")) })).toBe(
    "unhealthy",
  );
  expect(await seen({ exec: cutOff, container: () => Promise.resolve(undefined) })).toBe("starting");
});

test("an engine that went away is told as that", async () => {
  const gone = (): Promise<never> => Promise.reject(new Error("the engine does not answer"));
  await expect(seen({ exec: cutOff, container: gone })).rejects.toThrow("the engine does not answer");
});
