import { describe, expect, test } from "vitest";

import { parseBoundedYaml, yamlProblem } from "../../../../engine/formats/yaml-limits.ts";
import { readDocument } from "../../../../platform/agents/located-document.ts";

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

test("what people write is read", () => {
  const text = "a: &x {b: [1, 'two']}\n? key\n: *x\nc: |\n  text\n";
  expect(yamlProblem(text)).toBeUndefined();
  expect(parseBoundedYaml(text)).toEqual({ a: { b: [1, "two"] }, key: { b: [1, "two"] }, c: "text\n" });
  expect(parseBoundedYaml("")).toBeNull();
  expect(parseBoundedYaml(many(3000, (index) => `k${index}: 1`))).toMatchObject({ k2999: 1 });
});

describe("a YAML text is refused, with its line,", () => {
  test.each<[string, string, number | undefined, RegExp]>([
    ["very long", `a: ${"x".repeat(300_000)}`, 1, /longer than 256 KiB/],
    ["of lists in lists", `a: 1\nb: ${"[".repeat(70)}`, 2, /64 levels/],
    ["of mappings in mappings", "{a: ".repeat(70), 1, /64 levels/],
    ["that goes in line by line", many(100, (index) => `${" ".repeat(index)}a:`), 66, /64 levels/],
    ["of keys that are lists", "a: 1\n? [x]\n: 2", 2, /a key is/],
    ["of keys in keys", "? ".repeat(1000), 1, /a key is/],
    ["of keys with anchors in keys", "{? &x [a] : b}", 1, /a key is/],
    ["with many values", many(12_000, (index) => `- ${index}`), undefined, /10000 values/],
    ["with more signs than words", "]\n".repeat(100_000), 30_001, /60000 signs/],
    ["with tags without end", "a: 1\nb: " + "!!str ".repeat(40_000), 2, /tags and anchors/],
  ])("%s", (_, text, line, reason) => {
    const problem = yamlProblem(text);
    expect(problem?.reason).toMatch(reason);
    if (line !== undefined) expect(Math.abs((problem?.line ?? 0) - line)).toBeLessThanOrEqual(1);
    expect(() => parseBoundedYaml(text)).toThrow(reason);
    expect(readDocument(text)).toMatchObject({ data: undefined, errors: [{ reason: problem?.reason }] });
  });

  test("whose aliases stand for more than there is memory", () => {
    const doubling = [
      "a0: &a0 x",
      ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
    ];
    expect(() => parseBoundedYaml(doubling.join("\n"))).toThrow(/alias/i);
    expect(readDocument(doubling.join("\n")).errors[0]?.reason).toMatch(/aliases cannot be used/);
  });

  test("whose alias stands for nothing", () => {
    expect(() => parseBoundedYaml("a: *nowhere")).toThrow(/alias/i);
    expect(readDocument("a: *nowhere").errors).toHaveLength(1);
  });

  test("that is none", () => {
    expect(() => parseBoundedYaml("a: [1")).toThrow(/\(line \d+\)$/);
  });
});
