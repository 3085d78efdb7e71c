import { hash } from "node:crypto";
import type { ContextEntry } from "../../../engine/formats/read-context.ts";

export interface ContentHashInput {
  readonly dockerfile: string;
  readonly bases: readonly string[];
  readonly entries: readonly ContextEntry[];
}

/**
 * The platform's content hash, "v1:" and 64 hex digits: an agent that is uploaded gets the tag that it would get as
 * part of the program. Its definition is the platform's; the same golden vectors hold for both.
 */
export function contentHash({ dockerfile, bases, entries }: ContentHashInput): string {
  const parts = [
    text("nasiko content hash 1"),
    text(dockerfile),
    // Build arguments: the worker gives none.
    list([], text),
    list([...new Set(bases)].sort(), text),
    list(
      entries.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
      encodeEntry,
    ),
  ];
  return `v1:${hash("sha256", parts.join(""))}`;
}

function encodeEntry(entry: ContextEntry): string {
  const head = text(entry.kind) + text(entry.path);
  if (entry.kind === "file") return head + text(entry.mode) + text(entry.digest);
  return entry.kind === "symlink" ? head + text(entry.target) : head;
}

const text = (value: string): string => `${Buffer.byteLength(value)}:${value}`;

const list = <Item>(items: readonly Item[], encode: (item: Item) => string): string =>
  text(String(items.length)) + items.map(encode).join("");
