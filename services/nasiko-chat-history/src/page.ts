export const DIRECTIONS = ["after", "before"] as const;
/** Which way to read on from a cursor: `after` it or `before` it in the order of the list. */
export type Direction = (typeof DIRECTIONS)[number];

/** One page of a list, in the list's order. */
export interface Page<Item> {
  readonly data: readonly Item[];
  /** Reads on after the last item; null when nothing is there. */
  readonly next_cursor: string | null;
  /** Reads back before the first item; null when nothing is there. */
  readonly prev_cursor: string | null;
  /** Whether there is more in the direction that was read. */
  readonly has_more: boolean;
}

export interface PageRequest {
  readonly limit: number;
  readonly direction: Direction;
  /** Undefined: from the start of the list, or with `before` from its end. */
  readonly cursor: string | undefined;
}

/**
 * Makes a page of what was read.
 * @param read up to limit + 1 items in the direction that was read: the nearest to the cursor first
 */
export function pageOf<Item>(
  read: readonly Item[],
  { limit, direction, cursor }: PageRequest,
  cursorOf: (item: Item) => string,
): Page<Item> {
  const more = read.length > limit;
  const taken = read.slice(0, limit);
  const data = direction === "after" ? taken : taken.toReversed();
  const first = data[0];
  const last = data.at(-1);
  const before = direction === "before" ? more : cursor !== undefined;
  const after = direction === "after" ? more : cursor !== undefined;
  return {
    data,
    next_cursor: after && last !== undefined ? cursorOf(last) : null,
    prev_cursor: before && first !== undefined ? cursorOf(first) : null,
    has_more: more,
  };
}

/** A position in a list: what it is sorted by, and what tells equals apart. */
export type Position = readonly [sortedBy: number, id: string];

/** A cursor says nothing to whoever holds it, and survives in a URL. */
export const encodeCursor = (position: Position): string =>
  Buffer.from(JSON.stringify(position)).toString("base64url");

/** @returns undefined for a text that is no cursor of ours */
export function decodeCursor(cursor: string): Position | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (!Array.isArray(value)) return undefined;
    const list: readonly unknown[] = value;
    const [sortedBy, id, ...rest] = list;
    if (!Number.isSafeInteger(sortedBy) || typeof id !== "string" || rest.length > 0) return undefined;
    // isSafeInteger does not narrow.
    return [sortedBy as number, id];
  } catch {
    return undefined;
  }
}
