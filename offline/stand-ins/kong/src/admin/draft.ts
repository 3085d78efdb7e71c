import type { Entity, Input } from "../entities/collection.ts";
import { isObject } from "../../../../../services/lib/json.ts";

/** What a change needs from outside: a fresh id, and the time in seconds. */
export interface Stamp {
  readonly id: string;
  readonly now: number;
}

/** A new entity before it is checked. Clients may choose the id. */
export const draftNew = (input: Input, { id, now }: Stamp): Input => ({
  ...input,
  id: input["id"] ?? id,
  created_at: input["created_at"] ?? now,
  updated_at: now,
});

function merge(current: Input, change: Input): Input {
  const merged = new Map(Object.entries(current));
  for (const [name, value] of Object.entries(change)) {
    const before = merged.get(name);
    merged.set(name, isObject(before) && isObject(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

/** PATCH: given fields replace those of the same name, records field by field, lists as a whole. */
export const draftChange = (current: Entity, input: Input, now: number): Input => ({
  ...merge({ ...current }, input),
  id: current.id,
  created_at: current.created_at,
  updated_at: now,
});

/** PUT: what is not given goes back to its default; only identity is kept. */
export const draftReplacement = (
  current: Entity | undefined,
  input: Input,
  key: Readonly<Record<string, string>>,
  stamp: Stamp,
): Input =>
  current === undefined
    ? draftNew({ ...input, ...key }, stamp)
    : { ...input, ...key, id: current.id, created_at: current.created_at, updated_at: stamp.now };
