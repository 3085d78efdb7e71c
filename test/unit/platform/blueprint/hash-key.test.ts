import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashKeyOf, shapeHash } from "../../../../platform/blueprint/hash-key.ts";
import { secret, sensitive } from "../../../../platform/services/env-value.ts";

const key = hashKeyOf("team", () => "the passphrase");
const plainHash = (shape: unknown): string =>
  createHash("sha256").update(JSON.stringify(shape)).digest("hex").slice(0, 16);
const shape = (value: unknown): unknown => ({ image: "x", env: { A: "b", KEY: value } });

describe("the hash of a version", () => {
  test.each([
    ["the user's own key", sensitive("weak")],
    ["a secret that was chosen", secret("jwt-secret", "weak")],
  ])("is no oracle for %s", (_what, value) => {
    expect(shapeHash(shape(value), key)).not.toBe(plainHash(shape(value)));
    expect(shapeHash(shape(value), key)).not.toBe(shapeHash(shape(sensitive("other")), key));
    expect(shapeHash(shape(value), key)).not.toBe(
      shapeHash(
        shape(value),
        hashKeyOf("other", () => "the passphrase"),
      ),
    );
    expect(shapeHash(shape(value), key)).not.toBe(
      shapeHash(
        shape(value),
        hashKeyOf("team", () => "another"),
      ),
    );
  });

  test("is the same for everybody who opens the stack, on whatever machine", () => {
    const again = hashKeyOf("team", () => "the passphrase");
    expect(shapeHash(shape(sensitive("weak")), again)).toBe(shapeHash(shape(sensitive("weak")), key));
    expect(shapeHash(shape(sensitive("weak")), again)).toBe("88a2962b738155c6");
  });

  test("is plain where nothing in it is secret, and asks for no passphrase then", () => {
    const never = hashKeyOf("team", () => {
      throw new Error("asked");
    });
    for (const value of ["plain", secret("redis-password")])
      expect(shapeHash(shape(value), never)).toBe(plainHash(shape(value)));
  });

  test("changes with every secret in it, wherever it stands", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const nested = (value: string): unknown => ({
          files: [{ content: { parts: ["x", sensitive(value)] } }],
        });
        expect(shapeHash(nested(one), key) === shapeHash(nested(other), key)).toBe(one === other);
      }),
    );
  });
});
