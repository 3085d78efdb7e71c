import fc from "fast-check";
import { expect, test } from "vitest";

import { readEnvFile, valuesOf } from "../../../engine/formats/compose/env-file.ts";
import { interpolate } from "../../../engine/formats/compose/interpolate.ts";
import { almost } from "./mutations.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const content = almost(
  [
    "A=1\n# comment\nexport B='two words' # behind\nC=\"line\\none\"\nD=${A:-x}$B\nE\n",
    'KEY: value\nP="-----BEGIN-----\nabc\n-----END-----"\nQ=${MISSING:?needed}\n',
    "A=x\nB=$A$A\nC=$B$B\nD=${C}${C}\n",
  ],
  ["=", "export ", "'", '"', "${", "}", ":-", ":+", ":?", "$A", "$$", "\\", "\n", "#", "${A:-${A:-", "\r\n"],
);

test("every env file is read, with a line for each problem, and asks for no more than stands in it", () => {
  fc.assert(
    fc.property(content, (text) => {
      let asked = 0;
      const { variables, problems } = readEnvFile(bytesOf(text), () => void (asked += 1));
      const lines = text.replaceAll("\r\n", "\n").split("\n").length;
      expect(asked).toBeLessThanOrEqual(2 * text.length + 2);
      expect(variables.length + problems.length).toBeLessThanOrEqual(lines);
      expect(variables.reduce((sum, { value }) => sum + value.length, 0)).toBeLessThanOrEqual(
        2 * 1024 * 1024,
      );
      for (const { line, reason } of problems) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines);
        expect(reason.length).toBeLessThan(1000);
      }
    }),
  );
});

test("bytes that are no text are one problem", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(readEnvFile(bytes).problems.every(({ line }) => line >= 1)).toBe(true);
    }),
  );
});

test("what single quotes hold comes out as it went in", () => {
  const value = fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => !/['\\\r]/.test(text));
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,10}$/), value), (values) => {
      const text = Object.entries(values).map(([name, one]) => `${name}='${one}'\n`);
      expect(valuesOf(readEnvFile(bytesOf(text.join(""))))).toEqual({ ...values });
    }),
  );
});

test("values that double each other end before the memory does", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `A${index + 1}=$A${index}$A${index}`);
  const { variables, problems } = readEnvFile(bytesOf(["A0=xxxxxxxx", ...lines].join("\n")));
  expect(Math.max(...variables.map(({ value }) => value.length))).toBeLessThanOrEqual(128 * 1024);
  expect(problems[0]?.reason).toMatch(/128 KiB/);
});

test("defaults within defaults end before the stack does", () => {
  const deep = `${"${A:-".repeat(20_000)}x${"}".repeat(20_000)}`;
  expect(() => interpolate(deep, () => undefined)).toThrow(SyntaxError);
  expect(interpolate(`${"${A:-".repeat(40)}x${"}".repeat(40)}`, () => undefined).value).toBe("x");
});

test("a text is filled in, or refused with a short sentence", () => {
  const text = almost(
    ["a $A ${B} ${C:-d} ${E:+f} ${G?h} $$", "${A:-${B:-${C:-x}}}"],
    ["${", "}", "$", "$$", ":-", ":+", ":?", "A", "${A:-"],
  );
  const variable = { value: "v".repeat(5000), sensitive: false };
  fc.assert(
    fc.property(text, (one) => {
      try {
        expect(interpolate(one, () => variable).value.length).toBeLessThanOrEqual(one.length + 1024 * 1024);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        expect(String(error).length).toBeLessThan(500);
      }
    }),
  );
});
