import { compare } from "bcryptjs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNKNOWN, type PropertyMap } from "../../../../../engine/core/values.ts";
import {
  changedPasswordInputs,
  checkPasswordInputs,
} from "../../../../../engine/providers/random/password-inputs.ts";
import { SPECIAL, generatePassword } from "../../../../../engine/providers/random/password.ts";
import { createRandomProvider } from "../../../../../engine/providers/random/random-provider.ts";
import { reader } from "../../../../../engine/providers/schema/reader.ts";
import { fakeStep } from "../docker/fake-step.ts";

const password = { urn: "urn", type: "random:index/randomPassword:RandomPassword", name: "pw" };
const count = (text: string, pattern: RegExp): number =>
  Array.from(text).filter((c) => pattern.test(c)).length;

describe("a generated password", () => {
  const options = fc.record({
    length: fc.integer({ min: 40, max: 120 }),
    upper: fc.boolean(),
    lower: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.constant(true),
    minUpper: fc.integer({ min: 0, max: 10 }),
    minLower: fc.integer({ min: 0, max: 10 }),
    minNumeric: fc.integer({ min: 0, max: 10 }),
    minSpecial: fc.integer({ min: 0, max: 10 }),
    overrideSpecial: fc.constantFrom("", "_", "é😀"),
  });

  test("has its length, its minimums, and characters of the allowed classes only", () => {
    fc.assert(
      fc.property(options, (wanted) => {
        const result = generatePassword(wanted);
        expect(Array.from(result)).toHaveLength(wanted.length);
        const counts = {
          upper: count(result, /[A-Z]/),
          lower: count(result, /[a-z]/),
          numeric: count(result, /[0-9]/),
        };
        expect(counts.upper).toBeGreaterThanOrEqual(wanted.minUpper);
        expect(counts.lower).toBeGreaterThanOrEqual(wanted.minLower);
        expect(counts.numeric).toBeGreaterThanOrEqual(wanted.minNumeric);
        if (!wanted.upper) expect(counts.upper).toBe(wanted.minUpper);
        if (!wanted.lower) expect(counts.lower).toBe(wanted.minLower);
        if (!wanted.numeric) expect(counts.numeric).toBe(wanted.minNumeric);
        const special = new Set(wanted.overrideSpecial === "" ? SPECIAL : wanted.overrideSpecial);
        const others = Array.from(result).filter((c) => !/[A-Za-z0-9]/.test(c));
        expect(others.length).toBeGreaterThanOrEqual(wanted.minSpecial);
        expect(others.every((c) => special.has(c))).toBe(true);
      }),
    );
  });

  test("is shuffled: what the minimums ask for does not stay in front", () => {
    // A source that always picks the last choice moves the first item to the end.
    const last = (limit: number): number => limit - 1;
    const first = (): number => 0;
    const wanted = {
      length: 4,
      upper: false,
      lower: true,
      numeric: false,
      special: false,
      minUpper: 1,
      minLower: 0,
      minNumeric: 0,
      minSpecial: 0,
      overrideSpecial: "",
    };
    expect(generatePassword(wanted, last)).toBe("Zzzz");
    expect(generatePassword(wanted, first)).toBe("aaaA");
  });
});

describe("the inputs of a password", () => {
  test.each([
    [{ length: 4, minUpper: 3, minLower: 2 }, "length"],
    [{ length: 4, upper: false, lower: false, numeric: false, special: false }, "special"],
    [{ length: 4, number: true, numeric: false }, "number"],
    [{ length: 0 }, "length"],
    [{}, "length"],
    [{ length: 4, bogus: true }, "bogus"],
    [{ length: "4" }, "length"],
  ] satisfies readonly (readonly [PropertyMap, string])[])(
    "%j are refused because of %s",
    (inputs, property) => {
      expect(checkPasswordInputs(inputs).failures.map((failure) => failure.property)).toContain(property);
    },
  );

  test("are kept as they are, without defaults and without marks", () => {
    const inputs = { length: 12, special: false, keepers: { a: "b" } };
    expect(checkPasswordInputs(inputs)).toEqual({ inputs, failures: [] });
  });

  test("may be unknown in a dry run", () => {
    expect(checkPasswordInputs({ length: UNKNOWN, keepers: UNKNOWN }).failures).toEqual([]);
  });

  test("do not change by a default written out or by the order of keepers", () => {
    const old = { length: 12, keepers: { a: "1", b: "2" } };
    const news = { length: 12, special: true, minLower: 0, number: true, keepers: { b: "2", a: "1" } };
    expect(changedPasswordInputs(old, news)).toEqual([]);
  });

  test("replace the password by any change", async () => {
    const provider = createRandomProvider();
    const old = { id: "none", inputs: { length: 12 }, outputs: {} };
    for (const [name, value] of Object.entries({
      length: 13,
      special: false,
      minUpper: 1,
      overrideSpecial: "_",
    })) {
      const diff = await provider.diff(password, old, { length: 12, [name]: value });
      expect(diff).toEqual({ changed: [name], replaces: [name], deleteBeforeReplace: false });
    }
    const unknown = await provider.diff(password, old, { length: 12, keepers: { image: UNKNOWN } });
    expect(unknown.replaces).toEqual(["keepers"]);
  });
});

describe("the random provider", () => {
  test("answers with the outputs of the official provider", async () => {
    const { id, outputs } = await createRandomProvider().create(
      password,
      { length: 20, special: false },
      fakeStep(),
    );
    expect(id).toBe("none");
    expect(outputs).toMatchObject({
      __meta: '{"schema_version":"3"}',
      id: "none",
      length: 20,
      special: false,
      number: true,
      numeric: true,
      upper: true,
      lower: true,
      minUpper: 0,
      minLower: 0,
      minNumeric: 0,
      minSpecial: 0,
    });
    expect(outputs["result"]).toMatch(/^[A-Za-z0-9]{20}$/);
  });

  test("hashes the first 72 bytes of the password", async () => {
    const { outputs } = await createRandomProvider().create(password, { length: 80 }, fakeStep());
    const get = reader(outputs);
    const password72 = get.requiredText("result").slice(0, 72);
    const hash = get.requiredText("bcryptHash");
    expect(await compare(password72, hash)).toBe(true);
    expect(await compare(password72.slice(0, 71), hash)).toBe(false);
  });
});
