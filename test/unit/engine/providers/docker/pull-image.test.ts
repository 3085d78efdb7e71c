import { expect, test } from "vitest";

import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";
import { dockerRefused } from "../../../../../engine/providers/docker/errors.ts";
import { credentialsUnreadable } from "../../../../../engine/providers/docker/pull-errors.ts";
import { pullImage } from "../../../../../engine/providers/docker/pull-image.ts";

const missing = credentialsUnreadable({
  ...{ what: "docker-credential-desktop", reason: "It is not installed.", registry: "docker.io" },
});

/** An engine whose registry refuses with these words, or has the image for everybody. */
function engine(refusal: string | undefined): DockerClient {
  const cause = Object.assign(new Error(refusal), { statusCode: 500 });
  const call = (): Promise<void> =>
    refusal === undefined
      ? Promise.resolve()
      : Promise.reject(dockerRefused({ operation: "pull", statusCode: 500, message: refusal }, cause));
  // A pull uses nothing else of an engine.
  return { call } as unknown as DockerClient;
}

const pull = (refusal: string | undefined): Promise<void> =>
  pullImage("redis:7", {
    client: engine(refusal),
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    auth: () => Promise.reject(missing),
    signal: new AbortController().signal,
    report: () => undefined,
  });

test("a credential helper that is missing is no obstacle to an image that is for everybody", async () => {
  await expect(pull(undefined)).resolves.toBeUndefined();
});

test("it is what is told when the registry asks for a login", async () => {
  await expect(pull("unauthorized: authentication required")).rejects.toBe(missing);
  await expect(pull("manifest unknown")).rejects.toMatchObject({ code: "NSK-IMAGE-NOT-FOUND" });
});
