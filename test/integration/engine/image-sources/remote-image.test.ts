import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResourceRef } from "../../../../engine/core/provider.ts";
import type { PropertyMap } from "../../../../engine/core/values.ts";
import { createDockerClient } from "../../../../engine/providers/docker/client.ts";
import { createDockerProvider } from "../../../../engine/providers/docker/docker-provider.ts";
import { fakeStep } from "../../../unit/engine/providers/docker/fake-step.ts";
import { startRegistry, type LocalRegistry } from "./local-registry.ts";
import { publishTinyImage, removeIfThere } from "./tiny-images.ts";

const docker = createDockerClient({ host: process.env["DOCKER_HOST"] });
const provider = createDockerProvider({ root: "/", client: docker });
const type = "docker:index/remoteImage:RemoteImage";
const ref: ResourceRef = { urn: `urn:pulumi:test::nasiko::${type}::tiny`, type, name: "tiny" };

let registry: LocalRegistry;
let name: string;
let other: string;

beforeAll(async () => {
  registry = await startRegistry();
  name = `${registry.address}/acme/tiny:1`;
  other = `${registry.address}/acme/tiny:2`;
  for (const reference of [name, other]) await publishTinyImage(docker, reference);
});
afterAll(async () => {
  for (const reference of [name, other]) await removeIfThere(docker, reference);
  await registry.stop();
});

async function create(news: PropertyMap): ReturnType<typeof provider.create> {
  const { inputs, failures } = await provider.check(ref, undefined, news);
  expect(failures).toEqual([]);
  return provider.create(ref, inputs, fakeStep());
}

describe("docker.RemoteImage", () => {
  test("pulls, and tells id and digest as the official provider does", async () => {
    const { id, outputs } = await create({ name, keepLocally: true });
    const image = await docker.image(name);
    expect(image).toBeDefined();
    expect(id).toBe(`${image?.Id ?? ""}${name}`);
    expect(outputs).toMatchObject({ name, keepLocally: true, imageId: image?.Id });
    expect(outputs["repoDigest"]).toMatch(/acme\/tiny@sha256:[0-9a-f]{64}$/);
  });

  test("is seen to be missing when it is gone, and only then", async () => {
    const inputs = { name, keepLocally: true };
    const recorded = { ...ref, ...(await create(inputs)), inputs };
    expect(await provider.observe([recorded])).toEqual([]);
    await removeIfThere(docker, name);
    expect(await provider.observe([recorded])).toMatchObject([
      { urn: ref.urn, reason: "image is gone", finding: { kind: "missing" } },
    ]);
  });

  test("is replaced for another name, not before the new one is there", async () => {
    const inputs = { name, keepLocally: true };
    const old = { id: "x", inputs, outputs: inputs };
    expect(await provider.diff(ref, old, { ...inputs, name: other })).toEqual({
      changed: ["name"],
      replaces: ["name"],
      deleteBeforeReplace: false,
    });
    expect((await provider.diff(ref, old, { name })).replaces).toEqual([]);
  });

  test("goes with its resource, unless it is to be kept", async () => {
    for (const [keepLocally, stays] of [
      [true, true],
      [false, false],
    ]) {
      const inputs = { name: other, keepLocally: keepLocally === true };
      const created = await create(inputs);
      await provider.delete(ref, { ...created, inputs }, fakeStep());
      expect((await docker.image(other)) !== undefined).toBe(stays);
    }
  });

  test("refuses to build, by name", async () => {
    const { failures } = await provider.check(ref, undefined, { name, build: { context: "." } });
    expect(failures).toMatchObject([{ property: "build" }]);
  });
});
