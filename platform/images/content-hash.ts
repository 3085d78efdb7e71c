import { hash } from "node:crypto";
import type { ContextEntry } from "../../engine/formats/read-context.ts";

/** Everything that decides what an image built from source contains. */
export interface ContentHashInput {
  /** The Dockerfile as it is built, i.e. with its bases mapped. */
  readonly dockerfile: string;
  /** Build arguments; their order does not count. */
  readonly args: Readonly<Record<string, string>>;
  /** Identities of the bases: locked digest or recipe hash, never an image id. Order and repetition do not count. */
  readonly bases: readonly string[];
  /** The context after .dockerignore; order does not count, paths are unique. */
  readonly entries: readonly ContextEntry[];
}

/** "v1:" and 64 hex digits. */
export type ContentHash = `v1:${string}`;

/**
 * Content hash of an image: equal inputs, equal hash, on every machine and at any time.
 *
 * Encoding: a text is its length in UTF-8 bytes, ":", and itself; a list is its length as a text, and its items.
 * So no two different inputs are written the same way. The golden vectors in test/golden/content-hash pin it:
 * a change here needs a new version prefix, because every image and container would be recreated.
 */
export function contentHash(input: ContentHashInput): ContentHash {
  const parts = [
    text("nasiko content hash 1"),
    text(input.dockerfile),
    list(Object.entries(input.args).sort(byKey), ([name, value]) => text(name) + text(value)),
    list([...new Set(input.bases)].sort(), text),
    list([...input.entries].sort(byPath), encodeEntry),
  ];
  return `v1:${hash("sha256", parts.join(""))}`;
}

function encodeEntry(entry: ContextEntry): string {
  const head = text(entry.kind) + text(entry.path);
  switch (entry.kind) {
    case "file":
      return head + text(entry.mode) + text(entry.digest);
    case "symlink":
      return head + text(entry.target);
    case "directory":
      return head;
  }
}

const text = (value: string): string => `${Buffer.byteLength(value)}:${value}`;

const list = <Item>(items: readonly Item[], encode: (item: Item) => string): string =>
  text(String(items.length)) + items.map(encode).join("");

// Code units, not the locale's order: the locale differs between machines.
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byKey = (a: readonly [string, string], b: readonly [string, string]): number => compare(a[0], b[0]);
const byPath = (a: ContextEntry, b: ContextEntry): number => compare(a.path, b.path);
