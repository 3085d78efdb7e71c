import { describe, expect, test } from "vitest";

import { inTurn, median } from "../../bench/measure.ts";
import { figureLine, isMet } from "../../bench/suite.ts";

describe("a figure", () => {
  const figure = { what: "plan", value: 4.2061, unit: "s" } as const;

  test("is met up to its limit, and always without one", () => {
    expect(isMet(figure)).toBe(true);
    expect(isMet({ ...figure, atMost: 4.2061 })).toBe(true);
    expect(isMet({ ...figure, atMost: 4.2 })).toBe(false);
  });

  test("that is not a number is not met", () => {
    expect(isMet({ ...figure, value: NaN, atMost: 1 })).toBe(false);
  });

  test("is shown with three digits and its limit", () => {
    expect(figureLine({ ...figure, atMost: 6 })).toMatch(/^plan +4\.21 s {3}≤ 6 s$/);
    expect(figureLine({ ...figure, value: 1234.5, atMost: 6 })).toMatch(/^plan +1235 s {3}exceeds 6 s$/);
    expect(figureLine(figure)).toMatch(/^plan +4\.21 s$/);
  });
});

describe("measuring", () => {
  test("takes turns, round by round", async () => {
    const done: string[] = [];
    const work = (name: string) => (): Promise<unknown> => Promise.resolve(done.push(name));
    const times = await inTurn(2, [work("a"), work("b")]);
    expect(done).toEqual(["a", "b", "a", "b"]);
    expect(times).toHaveLength(2);
  });

  test("the median is the value in the middle, or between the two in the middle", () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([9, 1, 2, 4])).toBe(3);
    expect(() => median([])).toThrow(RangeError);
  });
});
