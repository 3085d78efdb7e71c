import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import PQueue from "p-queue";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";
import { imageKind } from "../../../../../engine/providers/docker/image/image.ts";
import type { BuildPlan } from "../../../../../engine/providers/docker/resource-kind.ts";
import { fakeStep } from "./fake-step.ts";

let root: string;
/** Names of images in the order in which their builds began. */
let begun: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "image-builds-"));
  begun = [];
});
afterEach(() => rmSync(root, { recursive: true }));

/** An engine without images that builds everything in no time. */
const client = {
  image: () => Promise.resolve(undefined),
  call: (operation: string) => {
    if (operation.startsWith("build ")) begun.push(operation.slice("build ".length));
    return Promise.resolve({ Id: "sha256:1" });
  },
} as unknown as DockerClient;

/** Builds images of these names, each from a base of its own, one at a time. */
async function buildAll(names: readonly string[], plan: BuildPlan): Promise<void> {
  const builds = new PQueue({ concurrency: 1 });
  const context = { client, root, plan, builds, proxies: () => Promise.resolve({}) };
  const kind = imageKind(context);
  await Promise.all(
    names.map((name) => {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, "Dockerfile"), `FROM base-${name}\n`);
      const build = { context: name, dockerfile: `${name}/Dockerfile` };
      return kind.create({ imageName: name, build }, fakeStep());
    }),
  );
}

describe("images that are to be built", () => {
  test("begin with the one that takes longest", async () => {
    const efforts: Readonly<Record<string, number>> = { b: 1, c: 9 };
    await buildAll(["first", "a", "b", "c"], {
      effort: (name) => efforts[name] ?? (name === "first" ? 99 : 0),
    });
    expect(begun).toEqual(["first", "c", "b", "a"]);
  });

  test("wait for what they start from, and keep nobody else waiting meanwhile", async () => {
    const late = Promise.withResolvers<undefined>();
    const building = buildAll(["a", "b", "c"], {
      ready: async (base) => {
        if (base === "base-a") await late.promise;
      },
    });
    // Which of the two comes first is up to the disk.
    await expect.poll(() => begun.toSorted()).toEqual(["b", "c"]);
    late.resolve(undefined);
    await building;
    expect(begun.at(-1)).toBe("a");
  });

  test("are not built when what they start from cannot be had", async () => {
    const refused = new Error("no base");
    await expect(buildAll(["a"], { ready: () => Promise.reject(refused) })).rejects.toBe(refused);
    expect(begun).toEqual([]);
  });
});
