import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatDuration, parseDuration } from "../../../../engine/formats/duration.ts";

test.each([
  ["90s", 90],
  ["5m", 300],
  ["1h30m", 5400],
  ["1.5m", 90],
  ["100ms", 0.1],
  ["2m0.5s", 120.5],
])("the duration %s is %d seconds", (text, seconds) => {
  expect(parseDuration(text, "s")).toBeCloseTo(seconds);
});
test.each(["", "5", "m", "5x", "5m ", "-5m", "5 m"])("%j is no duration", (text) => {
  expect(parseDuration(text, "s")).toBeUndefined();
});

describe("durations", () => {
  test.each([
    ["0s", 0],
    ["0", 0],
    ["250ms", 250e6],
    ["1m30s", 90e9],
    ["1h0m0s", 3600e9],
    ["1.5s", 1.5e9],
  ])("%s is %d ns", (text, expected) => expect(parseDuration(text, "ns")).toBe(expected));

  test("survive a round trip through Go's notation", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds, "ms"), "ms")).toBe(milliseconds);
      }),
    );
  });
});

test.each([
  [0, "s", "0s"],
  [90, "s", "1m30s"],
  [3600, "s", "1h0m0s"],
  [250, "ms", "250ms"],
  [1500, "ns", "1.5µs"],
] as const)("%d%s is written %s", (amount, unit, text) => expect(formatDuration(amount, unit)).toBe(text));

test("a fraction of a second is a whole number of nanoseconds", () => {
  expect(parseDuration("1.1s", "ns")).toBe(1_100_000_000);
});
