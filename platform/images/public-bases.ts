import { familiarName, parseReference } from "../../engine/formats/image-reference.ts";
import type { BaseName } from "./base-recipes.ts";

/** Public bases for which we make an equivalent where no registry answers. */
export const PUBLIC_BASES: readonly {
  /** On Docker Hub, without "library/". */
  readonly repository: string;
  readonly tags: RegExp;
  readonly base: BaseName;
  /** What to recommend, e.g. "node:24-slim". */
  readonly example: string;
}[] = [
  { repository: "node", tags: /^(?:22|24)(?:[.-].*)?$/, base: "base-node", example: "node:24-slim" },
  {
    repository: "debian",
    tags: /^(?:bookworm|12)(?:[.-].*)?$/,
    base: "base-debian",
    example: "debian:bookworm-slim",
  },
  {
    repository: "python",
    // Debian's Python is 3.11: programs for a neighbouring version run on it, and the mapping is said aloud.
    tags: /^3\.1[12](?:[.-].*)?$|^3(?:\.\d+)*-slim(?:-.*)?$/,
    base: "base-python",
    example: "python:3.11-slim",
  },
  {
    repository: "golang",
    // Every Go builds what was written for an earlier one.
    tags: /^1(?:\.\d+)*(?:-.*)?$/,
    base: "base-golang",
    example: "golang:1.26-bookworm",
  },
];

/**
 * Our equivalent of a public image.
 * @param reference as in a FROM line, e.g. "node:24-slim" or "docker.io/library/node:24@sha256:…"
 */
export function equivalentBase(reference: string): BaseName | undefined {
  const { repository, tag = "latest" } = parseReference(reference);
  const name = familiarName(repository);
  return PUBLIC_BASES.find((entry) => entry.repository === name && entry.tags.test(tag))?.base;
}
