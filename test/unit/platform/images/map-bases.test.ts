import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mapBases } from "../../../../platform/images/map-bases.ts";
import { baseReferences } from "../../../../platform/images/base-recipes.ts";
import { equivalentOf, PUBLIC_BASES } from "../../../../platform/images/public-bases.ts";

const REFERENCES = baseReferences();
const DEBIAN = REFERENCES["base-debian"];
const NODE = REFERENCES["base-node"];

const map = (text: string, args: Readonly<Record<string, string>> = {}): ReturnType<typeof mapBases> =>
  mapBases(text, REFERENCES, args);

describe("mapping the bases of a Dockerfile", () => {
  test.each<readonly [string, string, string]>([
    ["a plain FROM", "FROM node:24-slim\n", `FROM ${NODE}\n`],
    ["no line end", "FROM debian:12", `FROM ${DEBIAN}`],
    [
      "lower case, blanks and Windows line ends",
      " from\t debian:bookworm-slim  as x \r\nRUN a\r\n",
      ` from\t ${DEBIAN}  as x \r\nRUN a\r\n`,
    ],
    [
      "a platform",
      "FROM --platform=$BUILDPLATFORM node:24 AS build\n",
      `FROM --platform=$BUILDPLATFORM ${NODE} AS build\n`,
    ],
    [
      "several stages",
      "FROM node:24 AS a\nFROM A\nFROM debian:12\nCOPY --from=a /x /\nCOPY --from=0 /x /\n",
      `FROM ${NODE} AS a\nFROM A\nFROM ${DEBIAN}\nCOPY --from=a /x /\nCOPY --from=0 /x /\n`,
    ],
    ["scratch", "FROM scratch\nCOPY a /\n", "FROM scratch\nCOPY a /\n"],
    [
      "an argument with a default",
      "ARG V=24\nARG BASE=node:${V}-slim\nFROM ${BASE}\n",
      `ARG V=24\nARG BASE=node:\${V}-slim\nFROM ${NODE}\n`,
    ],
    ["a quoted argument", 'ARG BASE="debian:12"\nFROM $BASE\n', `ARG BASE="debian:12"\nFROM ${DEBIAN}\n`],
    ["a default in place", "ARG V\nFROM node:${V:-24}\n", `ARG V\nFROM ${NODE}\n`],
    ["an alternative", "ARG SLIM=1\nFROM node:24${SLIM:+-slim}\n", `ARG SLIM=1\nFROM ${NODE}\n`],
    [
      "copying from an image",
      "FROM scratch\nCOPY --chown=1 --from=node:24 /usr/local/bin/node /\n",
      `FROM scratch\nCOPY --chown=1 --from=${NODE} /usr/local/bin/node /\n`,
    ],
    [
      "mounting an image",
      "FROM scratch\nRUN --mount=type=bind,from=node:24,target=/x true\n",
      `FROM scratch\nRUN --mount=type=bind,from=${NODE},target=/x true\n`,
    ],
    [
      "comments",
      "# FROM node:24\nFROM debian:12\n#FROM node:24\n",
      `# FROM node:24\nFROM ${DEBIAN}\n#FROM node:24\n`,
    ],
    [
      "continuation lines",
      "FROM \\\n  # why\n\n  node:24 \\\n  AS x\n",
      `FROM \\\n  # why\n\n  ${NODE} \\\n  AS x\n`,
    ],
    ["a name broken in two", "FROM no\\\nde:24\n", `FROM ${NODE}\n`],
    [
      "FROM within another instruction",
      "FROM debian:12\nRUN echo \\\nFROM node:24\n",
      `FROM ${DEBIAN}\nRUN echo \\\nFROM node:24\n`,
    ],
    [
      "another escape character",
      "# escape=`\nFROM debian:12\nRUN dir C:\\\nFROM node:24\n",
      `# escape=\`\nFROM ${DEBIAN}\nRUN dir C:\\\nFROM ${NODE}\n`,
    ],
    [
      "a here-document",
      "FROM debian:12\nRUN <<EOF\nFROM node:24\nEOF\nFROM node:24\n",
      `FROM ${DEBIAN}\nRUN <<EOF\nFROM node:24\nEOF\nFROM ${NODE}\n`,
    ],
    [
      "what only looks like a here-document",
      "FROM debian:12\nRUN x <<NEVER_ENDS\nFROM node:24\n",
      `FROM ${DEBIAN}\nRUN x <<NEVER_ENDS\nFROM ${NODE}\n`,
    ],
    ["a byte order mark", "\uFEFFFROM node:24\n", `\uFEFFFROM ${NODE}\n`],
  ])("%s", (_name, from, to) => {
    const result = map(from);
    expect(result.text).toBe(to);
    expect(result.unknown).toEqual([]);
    expect(result.unresolved).toEqual([]);
  });

  test("lists what stands in for what, once, and the bases needed", () => {
    const result = map("FROM node:24 AS a\nFROM node:24\nFROM node:22-slim\nFROM debian:12\n");
    expect(result.mappings).toEqual([
      { from: "node:24", to: NODE },
      { from: "node:22-slim", to: REFERENCES["base-node-22"] },
      { from: "debian:12", to: DEBIAN },
    ]);
    expect(result.bases).toEqual(["base-node", "base-node-22", "base-debian"]);
    expect(result.stages).toBe(4);
  });

  test("names every base without an equivalent, with its line", () => {
    const result = map(
      "# x\nFROM alpine:3.20 AS a\nFROM node:24\nCOPY --from=ghcr.io/x/y /a /\nCOPY --from=a /a /\n",
    );
    expect(result.unknown).toEqual([
      { reference: "alpine:3.20", line: 2 },
      { reference: "ghcr.io/x/y", line: 4 },
    ]);
  });

  test("build arguments win over defaults, and only declared ones count", () => {
    expect(map("ARG BASE=node:24\nFROM $BASE\n", { BASE: "alpine" }).unknown).toEqual([
      { reference: "alpine", line: 2 },
    ]);
    expect(map("FROM $BASE\n", { BASE: "node:24" }).unresolved).toEqual([{ mention: "$BASE", line: 1 }]);
  });

  test("an argument after the first FROM does not count for the next one", () => {
    expect(map("FROM debian:12\nARG B=node:24\nFROM $B\n").unresolved).toEqual([{ mention: "$B", line: 3 }]);
  });

  test("a stage is known to later lines only", () => {
    expect(map("FROM later\nFROM scratch AS later\n").unknown).toEqual([{ reference: "later", line: 1 }]);
  });

  test("text without a mention of an image is never changed", () => {
    const line = fc.oneof(
      fc.string().filter((text) => !/from/i.test(text)),
      fc.constantFrom("RUN a \\", "# FROM node:24", "FROM scratch", "RUN <<EOF", "EOF", ""),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join("\n");
        expect(map(text).text).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe("equivalents of public bases", () => {
  test.each<readonly [string, string | undefined]>([
    ["node:24", "base-node"],
    ["node:24.21.0-bookworm-slim", "base-node"],
    ["node:lts-slim", "base-node"],
    ["node:22-slim", "base-node-22"],
    ["node:22.11-bullseye", "base-node-22"],
    ["node:20-alpine3.20", "base-node-20"],
    ["docker.io/library/node:24", "base-node"],
    ["index.docker.io/node:24", "base-node"],
    ["library/node:24-slim@sha256:00", "base-node"],
    ["node", undefined],
    ["node:latest", undefined],
    ["node:18", undefined],
    ["node:240", undefined],
    ["node:24.22", undefined],
    ["node:24-trixie", undefined],
    ["debian:bookworm", "base-debian"],
    ["debian:bookworm-20260101-slim", "base-debian"],
    ["debian:12.11", "base-debian"],
    ["debian:trixie-slim", "base-debian-13"],
    ["debian:13", "base-debian-13"],
    ["debian:120", undefined],
    ["debian:bullseye", undefined],
    ["python:3.11", "base-python"],
    ["python:3.11.9-slim-bookworm", "base-python"],
    ["python:3.11-alpine", "base-python"],
    ["python:3.11-slim-trixie", undefined],
    ["python:3.12-slim", "base-python-3.13"],
    ["docker.io/library/python:3.12.4", "base-python-3.13"],
    ["python:3.13-slim", "base-python-3.13"],
    ["python:3.13-slim-trixie", "base-python-3.13"],
    ["python:3-slim", "base-python-3.13"],
    ["python:3.8-slim", undefined],
    ["python:3.10-slim", undefined],
    ["python:3.14-slim", undefined],
    ["python:3.110", undefined],
    ["python:2.7-slim", undefined],
    ["python", undefined],
    ["python:3.13-windowsservercore", undefined],
    ["golang:1", "base-golang"],
    ["golang:1.26.1-bookworm", "base-golang"],
    ["golang:1.27", "base-golang-1.27"],
    ["golang:1.25-alpine", "base-golang-1.25"],
    ["golang:1.24.3-bookworm", "base-golang-1.24"],
    ["golang:1.23", "base-golang-1.23"],
    ["golang:1.22", "base-golang-1.22"],
    ["golang:1.21", undefined],
    ["golang:1.28", undefined],
    ["golang:2", undefined],
    ["rust:1", "base-rust"],
    ["rust:1.79-slim-bookworm", "base-rust"],
    ["rust:1.85.1", "base-rust"],
    ["rust:1.86", undefined],
    ["rust:latest", undefined],
    ["someone/node:24", undefined],
    ["ghcr.io/library/node:24", undefined],
    ["localhost:5000/node:24", undefined],
  ])("%s → %s", (reference, base) => expect(equivalentOf(reference)?.base).toBe(base));

  test("every base is used, and what is recommended is what one gets", () => {
    for (const { example, base } of PUBLIC_BASES) expect(equivalentOf(example)?.base).toBe(base);
    expect(PUBLIC_BASES.map(({ base }) => base).toSorted()).toEqual(Object.keys(REFERENCES).toSorted());
  });

  test("none stands for a version above its own", () => {
    const number = fc.integer({ min: 0, max: 40 });
    const tag = fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.option(number), fc.option(number))
      .map((numbers) => numbers.filter((each) => each !== null).join("."));
    fc.assert(
      fc.property(fc.constantFrom("node", "python", "golang", "rust"), tag, (repository, version) => {
        const has = equivalentOf(`${repository}:${version}`)?.version?.split(".").map(Number);
        if (has === undefined) return;
        const asked = version.split(".").map(Number);
        const [major, minor] = [0, 1].map((index) => (asked[index] ?? 0) - (has[index] ?? 0));
        expect((major ?? 0) < 0 || (major === 0 && (minor ?? 0) <= 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("what an author is told of a base", () => {
  const notes = (reference: string): readonly (string | undefined)[] =>
    map(`FROM ${reference}\n`).mappings.map(({ note }) => note);

  test.each([
    "node:24-slim",
    "python:3.11.9",
    "python:3.13-slim",
    "golang:1.25",
    "debian:12",
    "rust:1",
    "node:22",
  ])("nothing where %s is what it asks for", (reference) => expect(notes(reference)).toEqual([undefined]));

  test("another version, and Debian in place of Alpine", () => {
    expect(notes("python:3.12-slim")).toEqual([
      "python:3.12-slim: no registry is used, so it is Python 3.13 on Debian 13",
    ]);
    expect(notes("node:24-alpine")).toEqual([
      "node:24-alpine: no registry is used, so it is Node.js 24.21 on Debian 12",
    ]);
  });

  test("Debian does not stand for Alpine where the file runs apk", () => {
    const text =
      "FROM node:24-alpine AS a\nRUN apk add --no-cache git\nFROM python:3.11-alpine\nFROM node:24\n";
    expect(map(text).unknown).toEqual([
      { reference: "node:24-alpine", line: 1, why: "ours is Debian, and the file runs apk" },
      { reference: "python:3.11-alpine", line: 3, why: "ours is Debian, and the file runs apk" },
    ]);
    expect(map("FROM node:24-alpine\nRUN npm ci && echo apktool apk-x\n").unknown).toEqual([]);
    expect(map("FROM node:24-alpine\nRUN set -e; apk update\n").unknown).toHaveLength(1);
    expect(map('FROM node:24-alpine\nRUN ["/sbin/apk", "update"]\n').unknown).toHaveLength(1);
  });
});
