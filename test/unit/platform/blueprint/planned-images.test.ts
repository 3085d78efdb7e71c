import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  ImageCatalogue,
  type PlannedImage,
  registryReferences,
} from "../../../../platform/blueprint/images.ts";
import { publicImages } from "../../../../platform/blueprint/public-images.ts";
import { readImagesLock, renderImagesLock } from "../../../../platform/images/images-lock.ts";
import { PLATFORM_IMAGES } from "../../../../platform/images/platform-images.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { platformImage, publicImage } from "../../../../platform/services/service-spec.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import type { Settings } from "../../../../platform/settings/settings.ts";

const PROJECT = join(import.meta.dirname, "../../../..");
const DIGEST = `sha256:${"ab".repeat(32)}`;

function settings(values: Readonly<Record<string, string>> = {}): Settings {
  const env = [{ name: "the environment", values }];
  const result = resolveSettings({ stack: "local", architecture: "x64", env, stackConfig: {} });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.resolved.settings;
}

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "nasiko-program-"));
  plant(
    root,
    "images.lock.json",
    renderImagesLock([{ name: "redis", tag: "7.4.11-alpine", digest: DIGEST }]),
  );
  for (const name of PLATFORM_IMAGES) plant(root, `services/${name}/Dockerfile`, "FROM scratch\n");
  offline("rebuilds/redis", { of: "redis", version: "7.0.15", standIn: false, why: "Packaged." });
  offline("stand-ins/konga", {
    of: "pantsel/konga",
    version: "0.14.9-standin",
    standIn: true,
    why: "Not packaged.",
  });
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function plant(folder: string, path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function offline(folder: string, description: Readonly<Record<string, unknown>>): void {
  plant(root, `offline/${folder}/Dockerfile`, "FROM scratch\n");
  plant(root, `offline/${folder}/image.json`, JSON.stringify(description));
}

const images = (values: Readonly<Record<string, string>> = {}): ImageCatalogue =>
  new ImageCatalogue(root, settings(values));
const platform = (name: string, values: Readonly<Record<string, string>> = {}): PlannedImage =>
  images(values).ofService(platformImage(name));

describe("the platform's own images", () => {
  test("are built from services when nothing is set", () => {
    expect(platform("service-registry")).toMatchObject({
      kind: "built",
      origin: "build",
      context: "./services/service-registry",
    });
  });

  test.each(PLATFORM_IMAGES)("%s is pulled under its own name where a registry is named", (name) => {
    expect(
      platform(name, { NASIKO_REGISTRY_URL: "registry.example:5000/acme/", NASIKO_VERSION: "1.2.3" }),
    ).toMatchObject({
      kind: "pulled",
      origin: "registry",
      name,
      reference: `registry.example:5000/acme/${name}:1.2.3`,
      verified: false,
    });
  });

  test("are pulled by the digest that the lock file has for their name and version", () => {
    const name = "registry.example:5000/acme/nasiko-web";
    plant(root, "images.lock.json", renderImagesLock([{ name, tag: "1.2.3", digest: DIGEST }]));
    const url = { NASIKO_REGISTRY_URL: "registry.example:5000/acme" };
    expect(platform("nasiko-web", { ...url, NASIKO_VERSION: "1.2.3" })).toMatchObject({
      reference: `${name}:1.2.3@${DIGEST}`,
      digest: DIGEST,
      verified: true,
    });
    expect(platform("nasiko-web", { ...url, NASIKO_VERSION: "1.2.4" })).toMatchObject({ verified: false });
  });

  test("change their label with their version", () => {
    const hash = (version: string): string =>
      platform("nasiko-web", { NASIKO_REGISTRY_URL: "acme", NASIKO_VERSION: version }).shortHash;
    expect(hash("1")).toMatch(/^[0-9a-f]{16}$/);
    expect(hash("1")).toBe(hash("1"));
    expect(hash("1")).not.toBe(hash("2"));
  });

  test("come from where NASIKO_IMAGES says, whatever else is set", () => {
    const values = { NASIKO_REGISTRY_URL: "acme" };
    expect(platform("nasiko-web", { ...values, NASIKO_IMAGES: "build" }).origin).toBe("build");
    expect(platform("nasiko-web", { ...values, NASIKO_IMAGES: "registry" }).origin).toBe("registry");
  });

  test("say that a registry is missing, except to a stack that is not running", () => {
    const values = { NASIKO_IMAGES: "registry" };
    const code = "NSK-REGISTRY-URL-MISSING";
    expect(() => images(values)).toThrow(expect.objectContaining({ code }) as Error);
    expect(platform("nasiko-web", { ...values, NASIKO_RUNNING: "false" }).origin).toBe("build");
  });

  test.each([
    ["NASIKO_SOURCE", "/a/checkout"],
    ["GITHUB_CLIENT_ID", "an id"],
    ["SESSION_SECRET_KEY", "a key"],
  ])("%s, which only the platform's earlier code read, is refused by name", (name, value) => {
    const env = [{ name: ".env", values: { [name]: value } }];
    const result = resolveSettings({ stack: "local", architecture: "x64", env, stackConfig: {} });
    expect(result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(new RegExp(`^NSK-SETTING-FIXED ${name} `)),
    ]);
  });
});

describe("third-party images", () => {
  const REGISTRY = { NASIKO_PUBLIC_IMAGES: "registry" };

  test("are pulled by the digest of the lock file", () => {
    expect(images(REGISTRY).ofService(publicImage("redis", "7.4.11-alpine"))).toMatchObject({
      kind: "pulled",
      origin: "public",
      reference: `redis:7.4.11-alpine@${DIGEST}`,
      digest: DIGEST,
      verified: true,
    });
  });

  test("are unverified when the lock file has another tag, or none", () => {
    for (const ref of [publicImage("redis", "8"), publicImage("pantsel/konga", "0.14.9")])
      expect(images(REGISTRY).ofService(ref)).toMatchObject({
        reference: `${ref.name}:${ref.tag}`,
        verified: false,
      });
  });

  test("have names of their own in the program, whatever their tags", () => {
    const all = images(REGISTRY);
    const names = ["16", "17", "16"].map((tag) => all.ofService(publicImage("postgres", tag)).name);
    expect(names).toEqual(["postgres", "postgres-17", "postgres"]);
  });

  test("have equivalents offline, one for all tags, stand-ins marked", () => {
    const all = images();
    expect(all.ofService(publicImage("pantsel/konga", "0.14.9"))).toMatchObject({
      kind: "built",
      origin: "offline",
      name: "konga",
      context: "./offline/stand-ins/konga",
      substitute: { kind: "stand-in", version: "0.14.9-standin", official: "0.14.9" },
    });
    expect(all.ofService(publicImage("redis", "7"))).toBe(all.ofService(publicImage("redis", "8")));
  });

  test("and the bases of builds are what a registry is asked for", () => {
    plant(root, "services/docker-proxy/Dockerfile", "FROM redis:7.4.11-alpine\nFROM node:24\n");
    const all = images(REGISTRY);
    const planned = [
      all.ofService(platformImage("docker-proxy")),
      all.ofService(publicImage("redis", "7.4.11-alpine")),
    ];
    expect(registryReferences(planned)).toEqual([`redis:7.4.11-alpine@${DIGEST}`, "node:24"]);
    // What the builder gets says the same.
    expect(planned[0]).toMatchObject({
      dockerfile: { generated: `FROM redis:7.4.11-alpine@${DIGEST}\nFROM node:24\n` },
    });
  });
});

test("images.lock.json names every public image of the project", () => {
  const lock = readImagesLock(PROJECT);
  const dockerfileOf = (image: string): string =>
    readFileSync(join(PROJECT, "services", image, "Dockerfile"), "utf8");
  const wanted = publicImages(catalogue(settings()), dockerfileOf, lock);
  const known = lock.map(({ name, tag }) => `${name}:${tag}`);
  expect(known).toEqual(expect.arrayContaining(wanted.map(({ name, tag }) => `${name}:${tag}`)));
});

test("the list of the platform's images is that of the catalogue, and of the folders below services", () => {
  const used = catalogue(settings()).flatMap(({ image }) => (image.kind === "platform" ? [image.name] : []));
  expect([...new Set(used)].toSorted()).toEqual(PLATFORM_IMAGES);
  const built = globSync("services/*/Dockerfile", { cwd: PROJECT }).map((path) => path.split("/")[1]);
  expect(built.toSorted()).toEqual(PLATFORM_IMAGES);
});
