import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  LOCK_FILE,
  type LockedImage,
  readImagesLock,
  renderImagesLock,
} from "../../../../platform/images/images-lock.ts";
import { pinBases } from "../../../../platform/images/pin-bases.ts";
import { WAIVERS } from "../../../../policies/waivers.ts";
import { parseReference } from "../../../../engine/formats/image-reference.ts";

const PROJECT = join(import.meta.dirname, "../../../..");

const digest = fc
  .array(
    fc.nat(15).map((value) => value.toString(16)),
    { minLength: 64, maxLength: 64 },
  )
  .map((digits) => `sha256:${digits.join("")}`);
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const tag = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,8}$/);
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join("/"));

function withLock<Result>(text: string | undefined, use: (root: string) => Result): Result {
  const root = mkdtempSync(join(tmpdir(), "nasiko-lock-"));
  try {
    if (text !== undefined) writeFileSync(join(root, LOCK_FILE), text);
    return use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe("images.lock.json", () => {
  const image = fc.record({ name: path, tag, digest: fc.option(digest, { nil: undefined }) });
  const images = fc.uniqueArray(image, { selector: ({ name, tag: of }) => `${name}:${of}` });

  test("reads back what was written, in one order", () => {
    const sorted = (list: readonly LockedImage[]): readonly LockedImage[] =>
      list.toSorted((a, b) => (`${a.name}:${a.tag}` < `${b.name}:${b.tag}` ? -1 : 1));
    fc.assert(
      fc.property(images, (list) => {
        const text = renderImagesLock(list);
        expect(withLock(text, readImagesLock)).toEqual(sorted(list));
        expect(renderImagesLock(list.toReversed())).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test("says of each image whether its digest is known", () => {
    const text = renderImagesLock([{ name: "a", tag: "1" }]);
    expect(JSON.parse(text)).toEqual({ version: 1, images: [{ name: "a", tag: "1", digest: null }] });
  });

  test("is what the waiver of the rule about digests stands on: it goes with the last entry that has none", () => {
    const unknown = readImagesLock(PROJECT).filter((image) => image.digest === undefined);
    expect(WAIVERS.some(({ rule }) => rule === "C25")).toBe(unknown.length > 0);
  });

  test.each([
    ["missing", undefined],
    ["cut short", '{"version": 1, "images": ['],
    ["of another version", '{"version": 2, "images": []}'],
    ["with a digest that is none", '{"version":1,"images":[{"name":"a","tag":"1","digest":"sha256:12"}]}'],
    ["deeper than any", `{"version":1,"images":${"[".repeat(100_000)}`],
    ["larger than any", `{"version":1,"images":[]}${" ".repeat(1024 * 1024)}`],
    ["of more images than there are", `{"version":1,"images":[${"{},".repeat(30_000)}{}]}`],
    ["with an unknown field", '{"version":1,"images":[{"name":"a","tag":"1","digest":null,"size":1}]}'],
    ["silent about a digest", '{"version":1,"images":[{"name":"a","tag":"1"}]}'],
    [
      "with an image twice",
      '{"version":1,"images":[{"name":"a","tag":"1","digest":null},{"name":"a","tag":"1","digest":null}]}',
    ],
  ])("is refused when it is %s", (_, text) => {
    const error = expect.objectContaining({ code: "NSK-IMAGES-LOCK-INVALID", exitCode: 11 }) as Error;
    expect(() => withLock(text, readImagesLock)).toThrow(error);
  });
});

describe("an image's name", () => {
  test("is taken apart as it was put together", () => {
    const host = fc.constantFrom("localhost", "127.0.0.1:5000", "registry.example", "a.b:1");
    fc.assert(
      fc.property(host, path, fc.option(tag), fc.option(digest), (registry, name, of, by) => {
        const written = `${registry}/${name}${of === null ? "" : `:${of}`}${by === null ? "" : `@${by}`}`;
        expect(parseReference(written)).toEqual({
          registry,
          repository: `${registry}/${name}`,
          ...(of === null ? {} : { tag: of }),
          ...(by === null ? {} : { digest: by }),
        });
      }),
    );
  });

  test.each(["redis", "redis:7", "n8nio/n8n:2", "docker.io/library/redis", "index.docker.io/library/redis"])(
    "%s belongs to Docker Hub",
    (reference) => expect(parseReference(reference).registry).toBe("docker.io"),
  );
});

describe("pinning the bases of a Dockerfile", () => {
  const DIGEST = `sha256:${"1".repeat(64)}`;
  const lock = [
    { name: "node", tag: "24-slim", digest: DIGEST },
    { name: "debian", tag: "12" },
  ];

  test.each([
    ["FROM node:24-slim AS a\nCOPY . .\n", `FROM node:24-slim@${DIGEST} AS a\nCOPY . .\n`],
    ["FROM docker.io/library/node:24-slim\n", `FROM docker.io/library/node:24-slim@${DIGEST}\n`],
    ["ARG V=24\nFROM node:${V}-slim\n", `ARG V=24\nFROM node:24-slim@${DIGEST}\n`],
  ])("puts the locked digest behind %j", (given, wanted) => {
    expect(pinBases(given, lock).text).toBe(wanted);
  });

  test.each([
    "FROM debian:12\n",
    "FROM node:22\n",
    "FROM python:3\n",
    `FROM node:24-slim@${DIGEST}\n`,
    "FROM scratch\n",
  ])("leaves %j as it is", (dockerfile) => expect(pinBases(dockerfile, lock).text).toBe(dockerfile));

  test("names every base once, stages not among them", () => {
    const dockerfile = "FROM debian:12 AS a\nFROM a\nCOPY --from=node:24-slim /x /\nFROM debian:12\n";
    expect(pinBases(dockerfile, lock).bases).toEqual(["debian:12", `node:24-slim@${DIGEST}`]);
  });
});
