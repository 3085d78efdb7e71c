import { setImmediate as nextTurn } from "node:timers/promises";
import { Readable } from "node:stream";
import { expect, test } from "vitest";

import { pullImages } from "../../../../../cli/engine-host/images/pull-images.ts";
import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";

test("at most four images are pulled at once, and all of them in the end", async () => {
  let running = 0;
  let most = 0;
  const call: DockerClient["call"] = async (_operation, request) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    running -= 1;
    // The one request of a pull, answered by a stream without messages.
    const library = { createImage: () => Promise.resolve(Readable.from([])) };
    return request(library as unknown as Parameters<typeof request>[0]);
  };
  const docker = { call, image: () => Promise.resolve(undefined) } as unknown as DockerClient;
  const references = Array.from({ length: 9 }, (_, index) => `acme/image:${index}`);
  const pulled = await pullImages({
    docker,
    references,
    auth: () => Promise.resolve(undefined),
    report: () => undefined,
    signal: new AbortController().signal,
  });
  expect(pulled).toEqual(references);
  expect(most).toBe(4);
});
