import fc from "fast-check";
import { expect, test } from "vitest";

import { IgnoreRulesTooCostly } from "../../../engine/formats/ignore-pattern.ts";
import { parseIgnoreRules } from "../../../engine/formats/ignore-rules.ts";
import { almost } from "./mutations.ts";

const content = almost(
  [
    "node_modules\n**/*.log\n!keep.log\n/build\n",
    "*\n!src\n!src/**\nsrc/[a-z]*/x?\n",
    "\ufeff# comment\n.git\r\n",
  ],
  ["**", "*/", "!", "[a-", "]", "[^", "?", "\\", "(a+)+b", "{a,b}", "..", "/", "\n"],
);
const path = fc
  .array(
    fc.oneof(
      fc.constantFrom("a", "src", "node_modules", "constructor", "x.log"),
      fc.string({ minLength: 1, maxLength: 40 }),
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((segments) => segments.map((segment) => segment.replaceAll("/", "_")).join("/"));

/** Steps of matching for all paths of one example. */
const STEPS = 200_000;

test("every rule file answers every path, or is refused after the steps that it has", () => {
  fc.assert(
    fc.property(content, fc.array(path, { maxLength: 20 }), (text, paths) => {
      const rules = parseIgnoreRules(text, STEPS);
      try {
        for (const one of paths) {
          expect(typeof rules.ignores(one)).toBe("boolean");
          expect(typeof rules.mayHoldIncluded(one)).toBe("boolean");
        }
      } catch (error) {
        expect(error).toBeInstanceOf(IgnoreRulesTooCostly);
      }
    }),
  );
});

test("what is ignored without its exceptions is not ignored because of them", () => {
  fc.assert(
    fc.property(content, path, (text, one) => {
      const plain = text.replaceAll("!", "");
      try {
        if (!parseIgnoreRules(plain, STEPS).ignores(one)) return;
        // A rule that takes things back never makes them more ignored than the same rules without it.
        const without = text
          .split(/\r?\n/)
          .filter((line) => !/^\s*!/.test(line))
          .join("\n");
        if (!parseIgnoreRules(without, STEPS).ignores(one))
          expect(parseIgnoreRules(text, STEPS).ignores(one)).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(IgnoreRulesTooCostly);
      }
    }),
  );
});
