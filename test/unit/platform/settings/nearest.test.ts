import fc from "fast-check";
import { distance as editDistance } from "fastest-levenshtein";
import { describe, expect, test } from "vitest";

import { nearest } from "../../../../platform/settings/nearest.ts";

describe("the nearest name", () => {
  test("is found for a slip", () => {
    expect(nearest("NASIKO_PORT_KNOG", ["NASIKO_HOME", "NASIKO_PORT_KONG"])).toBe("NASIKO_PORT_KONG");
  });

  test("is not made up for something else", () => {
    expect(nearest("colour", ["NASIKO_HOME"])).toBeUndefined();
  });

  test("is measured by a distance: zero only for equals, symmetric, never more than the longer word", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
