import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  freePort,
  type LocalRegistry,
  startRegistry,
} from "../integration/engine/image-sources/local-registry.ts";
import {
  importTinyImage,
  publishTinyImage,
  removeIfThere,
} from "../integration/engine/image-sources/tiny-images.ts";
import { docker, ROOT, TestStack } from "./support/test-stack.ts";

interface Plan {
  readonly steps: Readonly<Record<string, number>>;
  readonly changed: readonly { readonly resource: string; readonly operation: string }[];
  readonly changes: readonly { readonly resource: string; readonly operation: string }[];
}
interface Listed {
  readonly images: readonly {
    readonly name: string;
    readonly origin: string;
    readonly reference: string;
    readonly known: string;
    readonly present: boolean;
  }[];
}

const VERSION = "1.2.3";
const NEXT = "1.2.4";

/** The gateway and the registry of services, and what they need: the least that serves an agent. */
const NARROW = { NASIKO_SERVICES: "kong,kong-service-registry" };

let stack: TestStack;
let registry: LocalRegistry;
/** Environment that takes the platform's images from the local registry. */
let pulled: Readonly<Record<string, string>>;
/** Every name that this test gave an image. */
const names = new Set<string>();

const listed = async (extra: Readonly<Record<string, string>>): Promise<Listed["images"]> =>
  (await stack.json<Listed>(["images", "list"], extra)).images;

const references = (images: Listed["images"], origin: string): readonly string[] =>
  images.filter((image) => image.origin === origin).map(({ reference }) => reference);

interface Published {
  readonly images: readonly {
    readonly repository: string;
    readonly digest: string;
    readonly outcome: string;
  }[];
}

const publishing = (version: string): readonly string[] => [
  ...["images", "publish", "--registry", `${registry.address}/acme`, "--tag", version],
  ...["--lock", join(stack.work, "published.lock.json")],
];

async function publish(version: string): Promise<Published["images"]> {
  const { images } = await stack.json<Published>(publishing(version));
  // What is pulled from there gets these names.
  for (const { repository } of images) names.add(`${repository}:${version}`);
  return images;
}

/** Ids by name of the containers that a run made anew. */
async function replacedBy(run: () => Promise<unknown>): Promise<readonly string[]> {
  const before = await stack.containerIds();
  await run();
  const after = await stack.containerIds();
  return [...after].filter(([name, id]) => before.get(name) !== id).map(([name]) => name);
}

beforeAll(async () => {
  stack = await TestStack.create("e2e-images");
  stack.copyAgent("translator");
  registry = await startRegistry();
  pulled = { ...NARROW, NASIKO_REGISTRY_URL: `${registry.address}/acme`, NASIKO_VERSION: VERSION };
  const built = await stack.nasiko(["local", "up", "--yes"], NARROW);
  expect(built, built.stderr).toMatchObject({ exitCode: 0 });
  expect(built.stderr).toMatch(/^(?:No|An) image registry answers/m);
  await publish(VERSION);
  await publish(NEXT);
});

afterAll(async () => {
  try {
    await stack.remove();
  } finally {
    for (const name of names) await removeIfThere(docker, name);
    await registry.stop();
  }
});

describe("publishing", () => {
  test("again finds everything there, under the same digests", async () => {
    const again = await publish(VERSION);
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(["present"]));
    const lock: unknown = JSON.parse(readFileSync(join(stack.work, "published.lock.json"), "utf8"));
    expect(lock).toMatchObject({
      images: expect.arrayContaining(
        again.map(({ repository: name, digest }) => ({ name, tag: VERSION, digest })),
      ) as unknown[],
    });
  });

  test("refuses tags with other content, all at once, and pushes nothing", async () => {
    const taken = ["nasiko-web", "nasiko-router"].map((name) => `${registry.address}/acme/${name}:9.0.0`);
    for (const reference of taken) await publishTinyImage(docker, reference);
    const refused = await stack.nasiko([...publishing("9.0.0"), "--json"]);
    expect(refused.exitCode).toBe(51);
    const problem = { code: "NSK-TAG-TAKEN" };
    expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, errors: [problem, problem] });
    const other = await fetch(`http://${registry.address}/v2/acme/docker-proxy/manifests/9.0.0`);
    expect(other.status).toBe(404);
  });
});

describe("images of the platform from a registry", () => {
  test("are pulled under the names and the version asked for, and nothing is built", async () => {
    const wanted = references(await listed(pulled), "registry");
    expect(wanted).toContain(`${registry.address}/acme/service-registry:${VERSION}`);

    const up = await stack.nasiko(["local", "up", "--yes"], pulled);

    expect(up, up.stderr).toMatchObject({ exitCode: 0 });
    for (const reference of wanted) expect(up.stderr).toContain(`${reference}: pulling`);
    expect(up.stderr).not.toMatch(/Step \d+\/\d+/);
    expect((await listed(pulled)).filter(({ present }) => !present)).toEqual([]);
    const container = await docker.container(stack.containerName("kong-service-registry"));
    expect(container?.Config.Image).toBe(`${registry.address}/acme/service-registry:${VERSION}`);
  });

  test("leave nothing to do the second time", async () => {
    const again = await stack.json<Plan>(["local", "up", "--yes"], pulled);
    expect(again.steps).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
  });

  test("replace exactly the platform's own containers when the version changes, as previewed", async () => {
    const next = { ...pulled, NASIKO_VERSION: NEXT };
    const wanted = references(await listed(next), "registry");
    const plan = await stack.preview<Plan>(next);
    const containers = plan.changes.filter(({ resource }) => resource.startsWith("container "));
    expect(containers.map(({ operation }) => operation)).toEqual(wanted.map(() => "replace"));

    const replaced = await replacedBy(() => stack.json(["local", "up", "--yes"], next));

    expect(replaced.toSorted()).toEqual(
      containers.map(({ resource }) => stack.containerName(resource.slice("container ".length))).toSorted(),
    );
  });

  test("that are removed behind our back are pulled again", async () => {
    const [reference = ""] = references(await listed(pulled), "registry");
    await removeIfThere(docker, reference);
    await stack.json(["local", "up", "--yes"], pulled);
    expect(await docker.image(reference)).toBeDefined();
  });
});

interface Refusal {
  readonly ok: boolean;
  readonly errors: readonly { readonly code: string }[];
}

describe("an image that cannot be had", () => {
  test.each([
    ["a version that does not exist", { NASIKO_VERSION: "9.9.9" }, "NSK-IMAGE-NOT-FOUND", 50],
    ["a registry that is down", {}, "NSK-REGISTRY-UNREACHABLE", 45],
  ] as const)("(%s) stops the run before anything is touched", async (what, change, code, exitCode) => {
    const nobody = `127.0.0.1:${await freePort()}/acme`;
    const extra = what.includes("down") ? { NASIKO_REGISTRY_URL: nobody } : change;
    const before = await stack.containerIds();
    const up = await stack.nasiko(["local", "up", "--yes", "--json"], { ...pulled, ...extra });
    expect(up.exitCode).toBe(exitCode);
    // The document says what is wrong, image by image; the test needs no more of its shape.
    const { ok, errors } = JSON.parse(up.stdout) as Refusal;
    expect(ok).toBe(false);
    expect([...new Set(errors.map((error) => error.code))]).toEqual([code]);
    expect(await stack.containerIds()).toEqual(before);
  });

  test("a corrupt lock file is one clear error", async () => {
    const path = join(ROOT, "images.lock.json");
    const text = readFileSync(path, "utf8");
    try {
      writeFileSync(path, text.slice(0, -10));
      const preview = await stack.nasiko(["preview"], pulled);
      expect(preview.exitCode).toBe(11);
      expect(preview.stderr).toContain("NSK-IMAGES-LOCK-INVALID");
    } finally {
      writeFileSync(path, text);
    }
  });
});

test("pruning names what is ours and unused, and nothing else", async () => {
  const unused = `nasiko/e2e-images:${randomBytes(8).toString("hex")}`;
  const foreign = `nasiko/e2e-images:latest-${process.pid}`;
  for (const reference of [unused, foreign]) {
    await importTinyImage(docker, reference);
    names.add(reference);
  }
  const { images } = await stack.json<{ readonly images: readonly { readonly reference: string }[] }>(
    ["images", "prune", "--dry-run"],
    pulled,
  );
  const prunable = images.map(({ reference }) => reference);
  expect(prunable).toContain(unused);
  expect(prunable).not.toContain(foreign);
  const used = (await docker.containers({})).map(({ Image }) => Image);
  expect(prunable.filter((reference) => used.includes(reference))).toEqual([]);
  expect(await docker.image(unused)).toBeDefined();
});
