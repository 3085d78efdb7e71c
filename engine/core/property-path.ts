import type { PropertyMap, PropertyValue } from "./values.ts";
import { isList, isMap, isSecret, secret } from "./values.ts";
import { sameValue } from "./property-values.ts";

/** A parsed path as in `ignoreChanges`: names, indices, and "*" for every member. */
export type PropertyPath = readonly (string | number)[];

/** One step of a path: `.name`, `["name"]`, `[0]` or `[*]`; a leading name needs no dot. */
const SEGMENT = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]/y;

/**
 * Parses Pulumi's notation, e.g. `labels["com.example"]`, `ports[0].external`, `*`, `#initerror`.
 * @returns undefined when the text is no path
 */
export function parsePath(text: string): PropertyPath | undefined {
  const path: (string | number)[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const match = SEGMENT.exec(text);
    if (match === null) return undefined;
    const [, name, quoted, index] = match;
    if (name !== undefined) path.push(name);
    else if (quoted !== undefined) path.push(quoted.replace(/\\(.)/g, "$1"));
    else path.push(index === "*" ? "*" : Number(index));
  }
  return path.length === 0 ? undefined : path;
}

/** Whether every value at `path` is the same in both; what exists in one only is a difference. */
export function sameAt(
  path: PropertyPath,
  left: PropertyValue | undefined,
  right: PropertyValue | undefined,
): boolean {
  const [segment, ...rest] = path;
  if (segment === undefined) return sameValue(left, right);
  if (left === undefined && right === undefined) return true;
  const [from, to] = [opened(left), opened(right)];
  return [...new Set([...membersOf(segment, from), ...membersOf(segment, to)])].every((key) =>
    sameAt(rest, member(from, key), member(to, key)),
  );
}

/**
 * `news` with everything that the paths name taken from `olds`, for `ignoreChanges`. A property that `olds` does
 * not have is left out; secrets are looked into.
 */
export function keepOld(paths: readonly string[], news: PropertyMap, olds: PropertyMap): PropertyMap {
  let kept: PropertyValue = news;
  for (const text of paths) {
    const path = parsePath(text);
    if (path !== undefined) kept = reset(path, kept, olds) ?? {};
  }
  // A non-empty path resets members of the map, never the map itself.
  return kept as PropertyMap;
}

function reset(
  path: PropertyPath,
  target: PropertyValue | undefined,
  source: PropertyValue | undefined,
): PropertyValue | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return source;
  if (isSecret(target)) {
    const inner = reset(path, target.value, opened(source));
    return inner === undefined ? undefined : secret(inner);
  }
  const from = opened(source);
  const keys = [...new Set([...membersOf(segment, target), ...membersOf(segment, from)])];
  if (isList(target))
    // Elements that were added or removed cannot be told apart by position: only what both have is kept.
    return target.map((value, index) =>
      keys.includes(index) && isList(from) && index < from.length
        ? (reset(rest, value, from[index]) ?? value)
        : value,
    );
  if (!isMap(target)) return target;
  const changed = new Map(Object.entries(target));
  for (const key of keys) {
    const value = reset(rest, target[key], member(from, key));
    if (value === undefined) changed.delete(String(key));
    else changed.set(String(key), value);
  }
  return Object.fromEntries(changed);
}

function opened(value: PropertyValue | undefined): PropertyValue | undefined {
  return isSecret(value) ? opened(value.value) : value;
}

function membersOf(segment: string | number, value: PropertyValue | undefined): readonly (string | number)[] {
  if (segment !== "*") return [segment];
  if (isList(value)) return [...value.keys()];
  return isMap(value) ? Object.keys(value) : [];
}

function member(value: PropertyValue | undefined, key: string | number): PropertyValue | undefined {
  if (isList(value)) return typeof key === "number" ? value[key] : undefined;
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
