import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeCursor,
  encodeCursor,
  pageOf,
  type Direction,
  type Page,
} from "../../../../services/nasiko-chat-history/src/page.ts";

/** A list as a database keeps it: reads up to `limit + 1` items from a cursor on. */
function read(
  list: readonly number[],
  limit: number,
  direction: Direction,
  cursor: string | undefined,
): Page<number> {
  const [at] = cursor === undefined ? [] : (decodeCursor(cursor) ?? []);
  const ordered = direction === "after" ? list : list.toReversed();
  const rest = ordered.filter((item) => at === undefined || (direction === "after" ? item > at : item < at));
  return pageOf(rest.slice(0, limit + 1), { limit, direction, cursor }, (item) =>
    encodeCursor([item, String(item)]),
  );
}

const lists = fc.uniqueArray(fc.nat(1000), { maxLength: 40 }).map((list) => list.toSorted((a, b) => a - b));
const limits = fc.integer({ min: 1, max: 10 });

test("reading on page by page gives every item once, in order", () => {
  fc.assert(
    fc.property(lists, limits, (list, limit) => {
      const seen: number[] = [];
      let page = read(list, limit, "after", undefined);
      seen.push(...page.data);
      while (page.next_cursor !== null) {
        page = read(list, limit, "after", page.next_cursor);
        seen.push(...page.data);
      }
      expect(seen).toEqual(list);
      expect(page.has_more).toBe(false);
    }),
  );
});

test("reading back gives the same items, each page in the list's order", () => {
  fc.assert(
    fc.property(lists, limits, (list, limit) => {
      const seen: number[] = [];
      let page = read(list, limit, "before", undefined);
      seen.unshift(...page.data);
      while (page.prev_cursor !== null) {
        page = read(list, limit, "before", page.prev_cursor);
        seen.unshift(...page.data);
      }
      expect(seen).toEqual(list);
    }),
  );
});

test("a cursor survives, and what is none is recognised", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.string(), (sortedBy, id) => {
      expect(decodeCursor(encodeCursor([sortedBy, id]))).toEqual([sortedBy, id]);
    }),
  );
  for (const text of [
    "",
    "x",
    "e30",
    encodeCursor([1.5, "x"]),
    Buffer.from('[1,"a",2]').toString("base64url"),
  ])
    expect(decodeCursor(text)).toBeUndefined();
});
