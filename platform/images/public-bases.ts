import { type Equivalent, isAlpine, standsFor, versionAsked } from "../../engine/formats/equivalents.ts";
import type { BaseName } from "./base-recipes.ts";

/** A base of ours that stands for public ones where no registry answers. */
export interface PublicBase extends Equivalent {
  readonly base: BaseName;
  /** What to recommend, e.g. "node:24-slim". */
  readonly example: string;
  /** What is in it, for people. @example "Python 3.13 on Debian 13" */
  readonly holds: string;
}

/** What a tag may say besides its version; an older Debian gets the newer one. */
const ON_DEBIAN_12 = "(?:-(?:slim|bookworm|bullseye|buster|alpine[\\d.]*))*";
const ON_DEBIAN_13 = "(?:-(?:slim|trixie|bookworm|bullseye|buster|alpine[\\d.]*))*";

const node = (major: string, version: string, base: BaseName, names = ""): PublicBase => ({
  ...{ repository: "node", base, version, example: `node:${major}-slim` },
  tags: `^(?:${major}(?:\\.\\d+){0,2}${names})${ON_DEBIAN_12}$`,
  holds: `Node.js ${version} on Debian 12`,
});
const python = (version: string, base: BaseName, tags: string, debian: string): PublicBase => ({
  ...{ repository: "python", base, version, tags, example: `python:${version}-slim` },
  holds: `Python ${version} on Debian ${debian}`,
});
const golang = (version: string, base: BaseName, tags: string): PublicBase => ({
  ...{ repository: "golang", base, version, example: `golang:${version}` },
  tags: `^${tags}${ON_DEBIAN_12}$`,
  holds: `Go ${version} on Debian 12`,
});

/**
 * Public bases in whose place we put one of our own where no registry answers: with the version that the tag asks for,
 * or with a newer one where that is compatible by the makers' promise, which is said; never with an older one. Whoever needs another
 * version needs a registry (NASIKO_PUBLIC_IMAGES=registry). The first that fits counts.
 */
export const PUBLIC_BASES: readonly PublicBase[] = [
  node("24", "24.21", "base-node", "|lts"),
  node("22", "22.23", "base-node-22"),
  node("20", "20.20", "base-node-20"),
  {
    ...{ repository: "debian", base: "base-debian", example: "debian:bookworm-slim", holds: "Debian 12" },
    tags: "^(?:bookworm|12)(?:[.-].*)?$",
  },
  {
    ...{ repository: "debian", base: "base-debian-13", example: "debian:trixie-slim", holds: "Debian 13" },
    tags: "^(?:trixie|13)(?:[.-].*)?$",
  },
  python("3.11", "base-python", `^3\\.11(?:\\.\\d+)?${ON_DEBIAN_12}$`, "12"),
  // Debian has no 3.12, and what runs on it runs on 3.13 as a rule; `3` is the newest 3.
  python("3.13", "base-python-3.13", `^3(?:\\.1[23](?:\\.\\d+)?)?${ON_DEBIAN_13}$`, "13"),
  golang("1.26", "base-golang", "1(?:\\.26(?:\\.\\d+)?)?"),
  ...(["1.27", "1.25", "1.24", "1.23", "1.22"] as const).map((version) =>
    golang(version, `base-golang-${version}`, `${version.replace(".", "\\.")}(?:\\.\\d+)?`),
  ),
  {
    ...{ repository: "rust", base: "base-rust", version: "1.85", example: "rust:1.85" },
    // A compiler of Rust builds what was written for an earlier one.
    tags: `^1(?:\\.\\d+){0,2}${ON_DEBIAN_13}$`,
    holds: "Rust 1.85 on Debian 13",
  },
];

/**
 * Our equivalent of a public image.
 * @param reference as in a FROM line, e.g. "node:24-slim" or "docker.io/library/node:24@sha256:…"
 */
export const equivalentOf = (reference: string): PublicBase | undefined =>
  PUBLIC_BASES.find((entry) => standsFor(entry, reference));

/** What an author should know of the base that is taken; undefined when it is what the tag asks for. */
export function noteOnBase(reference: string, { version, holds }: PublicBase): string | undefined {
  const asked = versionAsked(reference)?.split(".");
  const has = version?.split(".") ?? [];
  const isOther = asked !== undefined && has.some((number, index) => (asked[index] ?? number) !== number);
  return isOther || isAlpine(reference) ? `${reference}: no registry is used, so it is ${holds}` : undefined;
}
