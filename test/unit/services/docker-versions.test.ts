import { Readable } from "node:stream";

import { afterEach, describe, expect, test } from "vitest";

import { connectDocker } from "../../../services/nasiko-worker/src/docker.ts";
import { PermanentFailure } from "../../../services/nasiko-worker/src/failure.ts";
import { createDockerClient } from "../../../services/service-registry/src/docker-client.ts";
import { createVersionedEngine, type VersionedEngine } from "../../support/versioned-engine.ts";

let engine: VersionedEngine | undefined;
afterEach(async () => {
  await engine?.close();
});

const DOCKER_20 = { oldest: "1.12", newest: "1.41" };
const DOCKER_29 = { oldest: "1.44", newest: "1.52" };

const answering =
  (status: number, body: string) =>
  (
    _path: string,
    request: Readable,
    response: { writeHead(status: number): { end(text: string): void } },
  ): void => {
    request.resume().on("end", () => response.writeHead(status).end(body));
  };

describe("a service that talks with Docker", () => {
  test.each([
    [DOCKER_20, "/v1.41"],
    [DOCKER_29, "/v1.51"],
  ])("speaks what both know: %o", async (versions, prefix) => {
    engine = await createVersionedEngine(versions, answering(200, "[]"));
    const registry = createDockerClient(engine.url);
    const worker = connectDocker(engine.url);
    await registry.list();
    for await (const event of await registry.events(new AbortController().signal))
      expect(event).toBeDefined();
    await worker.agents();
    expect(engine.asked.map((path) => path.replace(/\?.*/, ""))).toEqual([
      ...["/version", `${prefix}/containers/json`, `${prefix}/events`],
      ...["/version", `${prefix}/containers/json`],
    ]);
    await Promise.all([registry.close(), worker.close()]);
  });

  test("goes on when the engine below it is upgraded", async () => {
    engine = await createVersionedEngine(DOCKER_20, answering(200, "[]"));
    const registry = createDockerClient(engine.url);
    const worker = connectDocker(engine.url);
    await Promise.all([registry.list(), worker.agents()]);
    engine.become(DOCKER_29);
    expect(await registry.list()).toEqual([]);
    expect(await worker.agents()).toEqual([]);
    await Promise.all([registry.close(), worker.close()]);
  });
});

describe("a build of the worker", () => {
  const failureOf = async (build: Promise<unknown>): Promise<unknown> =>
    build.catch((error: unknown) => error);

  test("is worth another attempt when only the version was refused", async () => {
    engine = await createVersionedEngine(DOCKER_20, answering(200, '{"stream":"done\\n"}\n'));
    const worker = connectDocker(engine.url);
    await worker.build("nasiko/agent-a:1", Readable.from(["context"]), 60_000);
    engine.become(DOCKER_29);
    const failure = await failureOf(worker.build("nasiko/agent-a:1", Readable.from(["context"]), 60_000));
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(PermanentFailure);
    await worker.build("nasiko/agent-a:1", Readable.from(["context"]), 60_000);
    await worker.close();
  });

  test("is not, when its Dockerfile is refused", async () => {
    engine = await createVersionedEngine(
      DOCKER_29,
      answering(400, '{"message":"dockerfile parse error line 1: unknown instruction: FORM"}'),
    );
    const worker = connectDocker(engine.url);
    const failure = await failureOf(worker.build("nasiko/agent-a:1", Readable.from(["context"]), 60_000));
    expect(failure).toBeInstanceOf(PermanentFailure);
    expect(failure).toMatchObject({
      message: "the build failed: dockerfile parse error line 1: unknown instruction: FORM",
    });
    await worker.close();
  });
});
