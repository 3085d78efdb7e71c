import dockerignore from "@balena/dockerignore";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetOf, ignorePattern, IgnoreRulesTooCostly } from "../../../../engine/formats/ignore-pattern.ts";
import { parseIgnoreRules } from "../../../../engine/formats/ignore-rules.ts";

const matches = (pattern: string, path: string): boolean => ignorePattern(pattern, budgetOf(Infinity))(path);

describe("a pattern of .dockerignore", () => {
  test("matches what the library's expressions match", () => {
    const letter = fc.constantFrom("a", "b", "-", "/");
    const piece = fc.oneof(
      { weight: 3, arbitrary: letter },
      fc.constantFrom("*", "?", "**", "**/", "[ab]", "[^a]", "[a-b]", "\\*", "\\?", "/"),
    );
    const pattern = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(""));
    const path = fc.array(letter, { minLength: 1, maxLength: 8 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(pattern, path, (text, name) => {
        const library = dockerignore.default({ ignorecase: false });
        // Internal, as in the product: its own way to make an expression of a pattern.
        const { _compile: compile } = library as unknown as {
          readonly _compile: (rule: { pattern: string }) => { regexp: RegExp };
        };
        expect(matches(text, name)).toBe(compile.call(library, { pattern: text }).regexp.test(name));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["[", "[", true],
    ["[a", "[a", true],
    ["[z-a]", "m", false],
    ["a\\", "a\\", true],
    ["(a+)+b", "(a+)+b", true],
    ["?", "漢", true],
  ])("%j and %j: %j, whatever is open in it", (pattern, path, matched) => {
    expect(matches(pattern, path)).toBe(matched);
  });

  test.each(["(a+)+b", `${"*a".repeat(40)}*b`, `${"**/a".repeat(40)}b`, `${"[a-z]*".repeat(40)}b`])(
    "takes a number of steps in proportion to pattern times name: %s",
    (pattern) => {
      const [name, depth] = ["a".repeat(250), 1];
      const most = 2 * (pattern.length + 1) * (name.length + depth);
      expect(() => ignorePattern(pattern, budgetOf(most))(name)).not.toThrow();
    },
  );
});

test("rules that take longer than allowed are given up, with a name for it", () => {
  const rules = parseIgnoreRules("**/*a*a*a*b\n".repeat(50), 10_000);
  const names = Array.from({ length: 100 }, (_, index) => `${"a".repeat(100)}${index}`);
  expect(() => names.forEach((name) => rules.ignores(name))).toThrow(IgnoreRulesTooCostly);
});
