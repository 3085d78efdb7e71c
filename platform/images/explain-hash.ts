import { isDeepStrictEqual } from "node:util";

import type { ContextEntry } from "../../engine/formats/read-context.ts";
import type { ContentHashInput } from "./content-hash.ts";

/** One difference between two builds that makes their hashes differ. */
export interface HashChange {
  readonly what: "Dockerfile" | "build argument" | "base" | "file" | "directory" | "symlink";
  /** Path, name or identity; empty for the Dockerfile. */
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
}

/**
 * Why two builds have different hashes, in the order Dockerfile, arguments, bases, context; empty exactly when the
 * hashes are equal.
 */
export function explainChange(before: ContentHashInput, after: ContentHashInput): readonly HashChange[] {
  const dockerfile: readonly HashChange[] =
    before.dockerfile === after.dockerfile ? [] : [{ what: "Dockerfile", name: "", change: "changed" }];
  const asMap = (list: readonly string[]): ReadonlyMap<string, string> =>
    new Map(list.map((item) => [item, item]));
  const args = (input: ContentHashInput): ReadonlyMap<string, string> => new Map(Object.entries(input.args));
  return [
    ...dockerfile,
    ...compare(args(before), args(after), () => "build argument"),
    ...compare(asMap(before.bases), asMap(after.bases), () => "base"),
    ...compare(byPath(before), byPath(after), ({ kind }) => kind),
  ];
}

function compare<Value>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  what: (value: Value) => HashChange["what"],
): readonly HashChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name): readonly HashChange[] => {
    const [old, current] = [before.get(name), after.get(name)];
    if (current === undefined) return old === undefined ? [] : [{ what: what(old), name, change: "removed" }];
    if (old === undefined) return [{ what: what(current), name, change: "added" }];
    return isDeepStrictEqual(old, current) ? [] : [{ what: what(current), name, change: "changed" }];
  });
}

const byPath = ({ entries }: ContentHashInput): ReadonlyMap<string, ContextEntry> =>
  new Map(entries.map((entry) => [entry.path, entry]));
