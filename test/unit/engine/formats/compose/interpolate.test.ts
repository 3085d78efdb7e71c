import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { VariableLookup } from "../../../../../platform/settings/variable.ts";
import { interpolate } from "../../../../../engine/formats/compose/interpolate.ts";

const VALUES: Readonly<Record<string, string>> = { A: "a", EMPTY: "", KEY: "secret", DOLLAR: "$A" };
const lookup: VariableLookup = (name) => {
  const value = VALUES[name];
  return value === undefined ? undefined : { value, sensitive: name === "KEY" };
};

/** Text, value, names that are missing; as `docker compose config` has it. */
const cases: readonly (readonly [text: string, value: string, missing: readonly string[]])[] = [
  ["plain", "plain", []],
  ["", "", []],
  ["$A-${A}", "a-a", []],
  ["$$A $${A} $$$A", "$A ${A} $a", []],
  ["${DOLLAR}", "$A", []],
  ["${GONE}", "", ["GONE"]],
  ["$GONE/${GONE}/${OTHER}", "//", ["GONE", "OTHER"]],
  ["${GONE:-word}", "word", []],
  ["${GONE-word}", "word", []],
  ["${EMPTY:-word}", "word", []],
  ["${EMPTY-word}", "", []],
  ["${EMPTY}", "", []],
  ["${A:-word}", "a", []],
  ["${GONE:-}", "", []],
  ["${GONE:-${A}}", "a", []],
  ["${GONE:-${OTHER:-deep}}", "deep", []],
  ["${GONE:-${OTHER}}", "", ["OTHER"]],
  ["${A:-${OTHER}}", "a", []],
  ["${A:+yes}${GONE:+no}${EMPTY+set}", "yesset", []],
  ["${GONE:?must be there}", "", ["GONE"]],
  ["${EMPTY?}", "", []],
  ["${EMPTY:?}", "", ["EMPTY"]],
  ["http://$A:5000/{x}", "http://a:5000/{x}", []],
];

describe("variables in a compose file", () => {
  test.each(cases)("%j becomes %j, without %j", (text, value, missing) => {
    expect(interpolate(text, lookup)).toMatchObject({ value, missing });
  });

  test.each(["${", "${A", "${1}", "${A:=x}", "${A:-${B}", "${}"])("%j is refused", (text) => {
    expect(() => interpolate(text, lookup)).toThrow(SyntaxError);
  });

  test("make a text sensitive by the values that are in it, and by no others", () => {
    expect(interpolate("Bearer ${KEY}", lookup).sensitive).toBe(true);
    expect(interpolate("${GONE:-${KEY}}", lookup).sensitive).toBe(true);
    expect(interpolate("${A:-${KEY}}", lookup).sensitive).toBe(false);
    expect(interpolate("$$KEY ${A}", lookup).sensitive).toBe(false);
  });

  test("leave a text without dollar signs as it is, and give back one whose dollar signs are doubled", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(interpolate(text.replaceAll("$", "$$$$"), lookup)).toEqual({
          value: text,
          sensitive: false,
          missing: [],
          demanded: [],
        });
      }),
    );
  });

  test("of any name with any value are that value, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (before, value) => {
        const text = `${before.replaceAll("$", "$$$$")}\${X:-no}`;
        const answer = interpolate(text, () => ({ value, sensitive: true }));
        expect(answer.value).toBe(before + value);
      }),
    );
  });
});
