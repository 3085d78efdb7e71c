import type { ContainerInspectInfo } from "dockerode";
import { expect, test } from "vitest";

import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";
import type { Clock } from "../../../../../engine/providers/docker/clock.ts";
import { removeContainer } from "../../../../../engine/providers/docker/container-removal.ts";
import type { DockerContext } from "../../../../../engine/providers/docker/resource-kind.ts";

/** A world in which a container is there for this many milliseconds more; time passes while one sleeps. */
function worldWith(lastsFor: number): DockerContext {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
  };
  const client: Pick<DockerClient, "call" | "container"> = {
    // Stopping and removing succeed; Docker answers before it is done.
    call: () => Promise.resolve(undefined as never),
    container: (id) => Promise.resolve(now < lastsFor ? ({ Id: id } as ContainerInspectInfo) : undefined),
  };
  return { client, clock } as unknown as DockerContext;
}

const recorded = { id: "0123", inputs: { name: "web" }, outputs: {} };
const step = {
  signal: new AbortController().signal,
  report: () => undefined,
  created: () => Promise.resolve(),
};

test("a container that goes in the end is removed", async () => {
  await expect(removeContainer(worldWith(29_000), recorded, step)).resolves.toBeUndefined();
});

test("a container that does not go fails the step, so that the state keeps it", async () => {
  await expect(removeContainer(worldWith(Infinity), recorded, step)).rejects.toMatchObject({
    code: "NSK-DOCKER-REFUSED",
    message: "Docker could not remove web: the container is still there 30 s after its removal began",
  });
});
