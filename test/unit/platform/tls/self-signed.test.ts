import { createPrivateKey, X509Certificate } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selfSigned } from "../../../../platform/tls/self-signed.ts";

const NAMES = ["localhost", "127.0.0.1", "gateway.example"];

describe("a certificate from a seed", () => {
  test("is the same for ever: another one would replace every gateway", () => {
    const { certificate, key } = selfSigned("golden-seed-of-32-letters-0123456", NAMES);
    const { fingerprint256, serialNumber } = new X509Certificate(certificate);
    expect({ fingerprint256, serialNumber }).toEqual({
      fingerprint256:
        "70:F9:B5:4B:5E:FC:C2:69:E0:64:A1:93:D2:4E:BD:26:E3:01:B2:8D:92:B7:27:A7:4B:7E:4C:C6:86:24:8A:43",
      serialNumber: "586D141800EDB50E5152C6E75EE7943D",
    });
    expect(selfSigned("golden-seed-of-32-letters-0123456", NAMES)).toEqual({ certificate, key });
  });

  test("is sound whatever the seed: signed with its own key, for its names alone", () =>
    fc.assert(
      fc.property(fc.string({ minLength: 16 }), (seed) => {
        const { certificate, key } = selfSigned(seed, NAMES);
        const read = new X509Certificate(certificate);
        expect(read.verify(read.publicKey)).toBe(true);
        expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
        expect([read.checkHost("localhost"), read.checkHost("gateway.example")]).toEqual([
          "localhost",
          "gateway.example",
        ]);
        expect(read.checkIP("127.0.0.1")).toBe("127.0.0.1");
        expect([read.checkHost("example"), read.checkIP("127.0.0.2")]).toEqual([undefined, undefined]);
        expect(read.serialNumber).toMatch(/^[4-7]/);
      }),
      { numRuns: 25 },
    ));

  test("is another one for another seed", () => {
    const [one, two] = ["a", "b"].map((letter) => selfSigned(letter.repeat(32), NAMES));
    expect(one?.key).not.toBe(two?.key);
    expect(one?.certificate).not.toBe(two?.certificate);
  });
});
