import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIgnoreRules } from "../../../../engine/formats/ignore-rules.ts";

/** Rules, path, ignored? As Docker's documentation and its own matcher have it. */
const cases: readonly (readonly [rules: string, path: string, ignored: boolean])[] = [
  // anchored at the context, unlike .gitignore
  ["a.log", "a.log", true],
  ["a.log", "sub/a.log", false],
  ["*.log", "sub/a.log", false],
  ["**/*.log", "sub/deep/a.log", true],
  ["**/*.log", "a.log", true],
  ["*/temp*", "x/temporary.txt", true],
  ["*/temp*", "x/y/temporary.txt", false],
  ["temp?", "tempa", true],
  ["temp?", "temp", false],
  ["/anchored", "anchored", true],
  ["trailing/", "trailing", true],
  ["./dot/../a", "a", true],
  // a matched directory takes what is below it along
  ["node_modules", "node_modules/x/index.js", true],
  ["**/node_modules", "a/b/node_modules/x", true],
  // the last match wins
  ["*\n!keep.md", "keep.md", false],
  ["*\n!keep.md", "other.md", true],
  ["!keep.md\n*", "keep.md", true],
  ["*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true],
  ["dir\n!dir/keep", "dir/keep", false],
  ["dir\n!dir/keep", "dir/other", true],
  // case counts
  ["README.md", "readme.md", false],
  // comments, blank lines, byte order mark, Windows line ends, blanks around
  ["# a\n\n  b  ", "b", true],
  ["# a", "a", false],
  ["\uFEFFa\r\nb\r\n", "a", true],
  ["\uFEFFa\r\nb\r\n", "b", true],
  ["  # not a comment", "# not a comment", true],
  // characters that mean something to regular expressions only
  ["a+b", "a+b", true],
  ["a+b", "aab", false],
  ["(x)|{y}", "(x)|{y}", true],
  ["a.b", "axb", false],
  ["$x", "$x", true],
  ["^x", "^x", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["[a-c].txt", "b.txt", true],
  ["[^a-c].txt", "b.txt", false],
  ["[^a-c].txt", "d.txt", true],
  // names that every JavaScript object knows
  ["*", "constructor", true],
  ["*", "__proto__", true],
  ["toString", "toString", true],
];

describe("the rules of .dockerignore", () => {
  test.each(cases)("%j: is %j ignored? %j", (rules, path, ignored) => {
    expect(parseIgnoreRules(rules).ignores(path)).toBe(ignored);
  });

  test.each([
    ["node_modules\n!README.md", "node_modules", false],
    ["node_modules\n!node_modules/keep/x", "node_modules", true],
    ["node_modules\n!node_modules/keep/x", "node_modules/keep", true],
    ["node_modules\n!node_modules/keep/x", "node_modules/other", false],
    ["*\n!src", "docs", false],
    ["*\n!**/keep", "any/where", true],
    ["*\n!*/keep", "any", true],
    ["*\n!*/keep", "any/where", false],
    ["*\n!/src/main.ts", "src", true],
    ["*", "src", false],
  ])("%j: could something below %j be wanted? %j", (rules, directory, could) => {
    expect(parseIgnoreRules(rules).mayHoldIncluded(directory)).toBe(could);
  });

  test("not entering a directory never loses a file that the rules include", () => {
    const segment = fc.constantFrom("a", "b", "c");
    const pattern = fc
      .tuple(
        fc.constantFrom("", "!"),
        fc.array(fc.oneof({ weight: 3, arbitrary: segment }, fc.constantFrom("*", "**", "?")), {
          minLength: 1,
          maxLength: 3,
        }),
      )
      .map(([sign, segments]) => sign + segments.join("/"));
    const path = fc.array(segment, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), path, (lines, segments) => {
        const rules = parseIgnoreRules(lines.join("\n"));
        fc.pre(!rules.ignores(segments.join("/")));
        for (let depth = 1; depth < segments.length; depth++) {
          const parent = segments.slice(0, depth).join("/");
          expect(!rules.ignores(parent) || rules.mayHoldIncluded(parent), parent).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
