import { familiarName, parseReference } from "../../engine/formats/image-reference.ts";
import type { BaseName } from "./base-recipes.ts";

/**
 * Public bases in whose place we put one of our own where no registry answers. Ours has one version of each program,
 * which need not be the one that the tag asks for: each entry says for which tags that is so. Whoever needs another
 * version needs a registry (NASIKO_PUBLIC_IMAGES=registry).
 */
export const PUBLIC_BASES: readonly {
  /** On Docker Hub, without "library/". */
  readonly repository: string;
  readonly tags: RegExp;
  readonly base: BaseName;
  /** What to recommend, e.g. "node:24-slim". */
  readonly example: string;
}[] = [
  // Ours is Node.js 24: `node:22` gets a newer major version than it asks for.
  { repository: "node", tags: /^(?:22|24)(?:[.-].*)?$/, base: "base-node", example: "node:24-slim" },
  {
    repository: "debian",
    tags: /^(?:bookworm|12)(?:[.-].*)?$/,
    base: "base-debian",
    example: "debian:bookworm-slim",
  },
  {
    repository: "python",
    // Ours is Debian's Python 3.11, also for tags that ask for 3.12, or with `-slim` for any other 3.x: a program that
    // uses what came after 3.11 fails when it runs. Nothing checks what a program needs, and no command says so.
    tags: /^3\.1[12](?:[.-].*)?$|^3(?:\.\d+)*-slim(?:-.*)?$/,
    base: "base-python",
    example: "python:3.11-slim",
  },
  {
    repository: "golang",
    // Ours is Go 1.26, which builds what was written for an earlier 1.x; a later 1.x gets it, too, and may not build.
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
