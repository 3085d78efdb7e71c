import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { byTime, compareTimes, parseLogLine } from "../../../../../cli/features/logs/log-line.ts";
import { sinceMoment } from "../../../../../cli/lib/moment.ts";

describe("a line of a log", () => {
  test("is its time and what comes after", () => {
    expect(parseLogLine("kong", "2026-01-31T08:00:00.123456789Z hello  world")).toEqual({
      member: "kong",
      time: "2026-01-31T08:00:00.123456789Z",
      text: "hello  world",
    });
  });

  test("may be empty", () => {
    expect(parseLogLine("kong", "2026-01-31T08:00:00Z ").text).toBe("");
    expect(parseLogLine("kong", "2026-01-31T08:00:00Z").text).toBe("");
  });
});

test("times without zeros at the end are in order all the same", () => {
  const nanoseconds = fc.bigInt({ min: 0n, max: 10n ** 15n });
  const written = (value: bigint): string => {
    const seconds = new Date(Number((value / 10n ** 9n) * 1000n)).toISOString().slice(0, 19);
    const fraction = (value % 10n ** 9n).toString().padStart(9, "0").replace(/0+$/, "");
    return fraction === "" ? `${seconds}Z` : `${seconds}.${fraction}Z`;
  };
  fc.assert(
    fc.property(nanoseconds, nanoseconds, (a, b) => {
      expect(compareTimes(written(a), written(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test("lines of several containers are merged by time; equal times keep their order", () => {
  const line = (member: string, time: string, text: string): Parameters<typeof byTime>[0][number] => ({
    member,
    time,
    text,
  });
  const merged = byTime([
    line("a", "2026-01-31T08:00:00.2Z", "second"),
    line("a", "2026-01-31T08:00:01Z", "third"),
    line("b", "2026-01-31T08:00:00.1Z", "first"),
    line("b", "2026-01-31T08:00:01Z", "fourth"),
  ]);
  expect(merged.map(({ text }) => text)).toEqual(["first", "second", "third", "fourth"]);
});

describe("--since", () => {
  test.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
  ])("%s is a time span before now", (text, span) => {
    expect(sinceMoment(text, 1e12)).toBe(1e12 - span);
  });

  test("may be a date; anything else is refused", () => {
    expect(sinceMoment("2026-01-31T08:00:00Z", 0)).toBe(Date.UTC(2026, 0, 31, 8));
    expect(sinceMoment("yesterday-ish", 0)).toBeUndefined();
    expect(sinceMoment("10", 0)).not.toBe(-10);
  });
});
