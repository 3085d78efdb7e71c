import type Docker from "dockerode";
import { afterEach, describe, expect, test } from "vitest";

import { createDockerClient, UNLIMITED } from "../../../../../engine/providers/docker/client.ts";
import { createVersionedEngine, type VersionedEngine } from "../../../../support/versioned-engine.ts";

let engine: VersionedEngine | undefined;
afterEach(async () => {
  await engine?.close();
});

/** Lists nothing, whatever is asked. */
const nothing = (_path: string, _request: unknown, response: { end(text: string): void }): void =>
  response.end("[]");

describe("a client", () => {
  test.each([
    ["1.12", "1.41", "/v1.41/images/json"],
    ["1.24", "1.51", "/v1.51/images/json"],
    ["1.44", "1.56", "/v1.51/images/json"],
    ["1.55", "1.56", "/v1.55/images/json"],
  ])(
    "of an engine that speaks %s to %s asks for %s, itself and through the library",
    async (oldest, newest, path) => {
      engine = await createVersionedEngine({ oldest, newest }, nothing);
      const docker = createDockerClient({ host: engine.url });
      expect(await docker.images()).toEqual([]);
      await docker.call("list images", (library) => library.listImages());
      expect(engine.asked).toEqual(["/version", path, path]);
    },
  );

  test("goes on with an engine that was upgraded meanwhile", async () => {
    engine = await createVersionedEngine({ oldest: "1.12", newest: "1.41" }, nothing);
    const docker = createDockerClient({ host: engine.url });
    await docker.images();
    engine.become({ oldest: "1.44", newest: "1.52" });
    expect(await docker.images()).toEqual([]);
    expect(await docker.call("list images", (library) => library.listImages())).toEqual([]);
    engine.become({ oldest: "1.12", newest: "1.41" });
    const list = (): Promise<unknown> => docker.call("list images", (library) => library.listImages());
    // What is sent with such a request may be used up: only the next one has the right version.
    await expect(list()).rejects.toMatchObject({ message: expect.stringContaining("is too new") as unknown });
    expect(await list()).toEqual([]);
  });

  test("reaches an engine at an IPv6 address", async () => {
    engine = await createVersionedEngine({ oldest: "1.12", newest: "1.41" }, nothing, "::1");
    const docker = createDockerClient({ host: `tcp://[::1]:${engine.port}` });
    expect(docker.address).toBe(`http://[::1]:${engine.port}`);
    expect(await docker.images()).toEqual([]);
    expect(await docker.call("list images", (library) => library.listImages())).toEqual([]);
  });

  test("gives up an engine that takes a question and says nothing", async () => {
    engine = await createVersionedEngine({ oldest: "1.12", newest: "1.41" }, () => undefined);
    const docker = createDockerClient({ host: engine.url, silence: 50 });
    const silent = {
      code: "NSK-ENGINE-SILENT",
      message: expect.stringContaining(`${docker.address} does not answer: asked to`) as unknown,
    };
    await expect(docker.images()).rejects.toMatchObject(silent);
    await expect(docker.network("acme")).rejects.toMatchObject(silent);
    await expect(
      docker.call("stop acme", (library) => library.getContainer("a").stop()),
    ).rejects.toMatchObject(silent);
  });

  test("waits for what takes long as long as it takes", async () => {
    engine = await createVersionedEngine({ oldest: "1.12", newest: "1.41" }, (_path, _request, response) => {
      setTimeout(() => response.end("[]"), 200);
    });
    const docker = createDockerClient({ host: engine.url, silence: 50 });
    const list = (library: Docker): Promise<unknown> => library.listImages();
    expect(await docker.call("list images", list, UNLIMITED)).toEqual([]);
    await expect(docker.call("list images", list)).rejects.toMatchObject({ code: "NSK-ENGINE-SILENT" });
  });

  test("asks an engine that does not answer again", async () => {
    engine = await createVersionedEngine({ oldest: "1.12", newest: "1.41" }, nothing);
    const { port } = engine;
    await engine.close();
    const docker = createDockerClient({ host: `tcp://127.0.0.1:${port}` });
    await expect(docker.ping()).rejects.toMatchObject({ code: "NSK-ENGINE-UNREACHABLE" });
    await expect(docker.call("x", (library) => library.info())).rejects.toMatchObject({
      code: "NSK-ENGINE-UNREACHABLE",
    });
  });
});
