import { createPrivateKey, X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selfSigned } from "../../../../platform/tls/self-signed.ts";
import { renewalNote, validityAt } from "../../../../platform/tls/validity.ts";

const NAMES = ["localhost", "127.0.0.1", "gateway.example"];
const NOW = new Date("2026-11-30T00:00:00Z");
const DAY = 24 * 60 * 60 * 1000;

describe("a certificate from a seed", () => {
  test("is the same for its whole period: another one would replace every gateway", () => {
    const { certificate, key } = selfSigned("golden-seed-of-32-letters-0123456", NAMES, NOW);
    const { fingerprint256, serialNumber, validFrom, validTo } = new X509Certificate(certificate);
    expect({ fingerprint256, serialNumber, validFrom, validTo }).toEqual({
      fingerprint256:
        "27:B5:77:A1:A9:59:D3:54:BC:95:FF:67:0B:35:B8:2A:7C:9E:0A:7D:CC:4C:65:01:C2:33:A6:93:51:C1:60:F5",
      serialNumber: "4C4E021336541388E0209C89D9BF2D54",
      validFrom: "Jan  1 00:00:00 2026 GMT",
      validTo: "Jan  1 00:00:00 2028 GMT",
    });
    for (const day of ["2026-01-01", "2027-11-30"])
      expect(selfSigned("golden-seed-of-32-letters-0123456", NAMES, new Date(day))).toEqual({
        certificate,
        key,
      });
  });

  test("is sound whatever the seed: signed with its own key, for its names alone", () =>
    fc.assert(
      fc.property(fc.string({ minLength: 16 }), (seed) => {
        const { certificate, key } = selfSigned(seed, NAMES, NOW);
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

  test("is a server's and no authority, so that its key signs for nobody else", () => {
    const { certificate } = selfSigned("a".repeat(32), NAMES, NOW);
    const read = new X509Certificate(certificate);
    expect(read.ca).toBe(false);
    const { tbsCertificate } = AsnConvert.parse(read.raw, x509.Certificate);
    const of = (id: string): ArrayBuffer | undefined =>
      tbsCertificate.extensions?.find(({ extnID }) => extnID === id)?.extnValue.buffer;
    const usage = AsnConvert.parse(of(x509.id_ce_keyUsage) ?? new ArrayBuffer(0), x509.KeyUsage);
    expect(usage.toNumber()).toBe(x509.KeyUsageFlags.digitalSignature);
    expect(read.keyUsage).toEqual([x509.id_kp_serverAuth]);
    expect(read.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, DNS:gateway.example");
  });

  test("is another one for another seed, and in another period, with another key", () => {
    const [one, two] = ["a", "b"].map((letter) => selfSigned(letter.repeat(32), NAMES, NOW));
    expect(one?.key).not.toBe(two?.key);
    expect(one?.certificate).not.toBe(two?.certificate);
    const later = selfSigned("a".repeat(32), NAMES, new Date("2027-12-02T00:00:00Z"));
    expect(one?.key).not.toBe(later.key);
  });
});

describe("its validity", () => {
  const moment = fc.date({
    min: new Date("2026-01-01T00:00:00Z"),
    max: new Date("2200-01-01T00:00:00Z"),
    noInvalidDate: true,
  });

  test("is two years, of which at least 30 days are left whenever it is asked for", () => {
    fc.assert(
      fc.property(moment, (now) => {
        const { from, until, renewed } = validityAt(now);
        expect(until.getTime() - from.getTime()).toBe(730 * DAY);
        expect(from.getTime()).toBeLessThanOrEqual(now.getTime());
        expect(until.getTime() - now.getTime()).toBeGreaterThan(30 * DAY);
        expect(validityAt(new Date(renewed.getTime() - 1)).from).toEqual(from);
        expect(validityAt(renewed).from).toEqual(renewed);
      }),
    );
  });

  test("begins before the clock of a machine that is behind", () => {
    expect(validityAt(new Date(0)).from).toEqual(new Date("2026-01-01T00:00:00Z"));
  });

  test.each([
    ["2026-01-02", undefined],
    ["2026-11-30", undefined],
    ["2027-10-15", "ends on 2028-01-01; from 2027-12-02 on"],
    ["2027-12-02", "is another one since 2027-12-02, valid until 2029-12-01"],
    ["2028-06-01", undefined],
  ])("is spoken of around a renewal: on %s %s", (day, words) => {
    const note = renewalNote(new Date(day));
    if (words === undefined) expect(note).toBeUndefined();
    else expect(note).toContain(words);
  });
});
