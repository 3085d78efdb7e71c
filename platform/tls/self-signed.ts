import { createECDH, createPrivateKey, hkdfSync } from "node:crypto";

import { p256 } from "@noble/curves/nist.js";
import * as asn1 from "asn1js";

/** A certificate and its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const OID = {
  commonName: "2.5.4.3",
  ecPublicKey: "1.2.840.10045.2.1",
  p256: "1.2.840.10045.3.1.7",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

/** It is trusted by hand or not at all, so what matters is that it never has to be made again. */
const VALID_FROM = new Date("2026-01-01T00:00:00Z");
const VALID_UNTIL = new Date("2046-01-01T00:00:00Z");

/** Half as many again as the key has: every key is then about equally likely (FIPS 186-5, A.2.1). */
const SEED_BYTES = 48;

/**
 * A self-signed certificate for these names that is a function of the seed: whoever keeps the seed keeps the
 * certificate, and a program that makes it anew on every run changes nothing. P-256, signed deterministically
 * (RFC 6979).
 * @param seed secret text with at least 128 random bits
 * @param names DNS names and IPv4 addresses; the first is the subject
 */
export function selfSigned(seed: string, names: readonly string[]): KeyPair {
  const secretKey = derive(seed, "key", SEED_BYTES, (bytes) => p256.utils.randomSecretKey(bytes));
  const body = toBeSigned(seed, names, publicPoint(secretKey));
  const signature = p256.sign(new Uint8Array(body.toBER()), secretKey, { format: "der" });
  const certificate = sequence(body, algorithm(), bits(signature));
  return { certificate: pem("CERTIFICATE", certificate.toBER()), key: privateKeyPem(secretKey) };
}

/** Independent bytes per purpose from one seed. */
const derive = <Result>(
  seed: string,
  purpose: string,
  length: number,
  use: (bytes: Uint8Array) => Result,
): Result => use(new Uint8Array(hkdfSync("sha256", seed, "nasiko gateway certificate", purpose, length)));

function toBeSigned(seed: string, names: readonly string[], point: Uint8Array): asn1.Sequence {
  const [subject = "localhost"] = names;
  // Positive, whatever the first bit would be.
  const serial = derive(seed, "serial", 16, (bytes) =>
    bytes.map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte)),
  );
  return sequence(
    tagged(0, new asn1.Integer({ value: 2 })),
    new asn1.Integer({ valueHex: serial.buffer }),
    algorithm(),
    name(subject),
    sequence(time(VALID_FROM), time(VALID_UNTIL)),
    name(subject),
    sequence(sequence(oid(OID.ecPublicKey), oid(OID.p256)), bits(point)),
    tagged(3, sequence(...extensions(names))),
  );
}

function extensions(names: readonly string[]): readonly asn1.Sequence[] {
  const extension = (id: string, value: asn1.AsnType, critical = false): asn1.Sequence =>
    sequence(
      oid(id),
      ...(critical ? [new asn1.Boolean({ value: true })] : []),
      new asn1.OctetString({ valueHex: value.toBER() }),
    );
  return [
    // An authority for itself alone: so it can be put among the trusted ones without opening the door to others.
    extension(
      OID.basicConstraints,
      sequence(new asn1.Boolean({ value: true }), new asn1.Integer({ value: 0 })),
      true,
    ),
    // digitalSignature and keyCertSign.
    extension(
      OID.keyUsage,
      new asn1.BitString({ valueHex: Uint8Array.of(0x84).buffer, unusedBits: 2 }),
      true,
    ),
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
    extension(OID.subjectAltName, sequence(...names.map(alternativeName))),
  ];
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** GeneralName: [7] for an address, [2] for a DNS name. */
const alternativeName = (text: string): asn1.Primitive => {
  const isAddress = IPV4.test(text);
  const bytes = isAddress ? Uint8Array.from(text.split(".").map(Number)) : new TextEncoder().encode(text);
  return new asn1.Primitive({
    idBlock: { tagClass: 3, tagNumber: isAddress ? 7 : 2 },
    valueHex: bytes.buffer,
  });
};

const sequence = (...value: readonly asn1.AsnType[]): asn1.Sequence =>
  new asn1.Sequence({ value: [...value] });
const tagged = (tagNumber: number, value: asn1.AsnType): asn1.Constructed =>
  new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] });
const oid = (value: string): asn1.ObjectIdentifier => new asn1.ObjectIdentifier({ value });
const algorithm = (): asn1.Sequence => sequence(oid(OID.ecdsaWithSha256));
const bits = (bytes: Uint8Array): asn1.BitString =>
  new asn1.BitString({ valueHex: new Uint8Array(bytes).buffer });
const time = (valueDate: Date): asn1.UTCTime => new asn1.UTCTime({ valueDate });
const name = (text: string): asn1.Sequence =>
  sequence(new asn1.Set({ value: [sequence(oid(OID.commonName), new asn1.Utf8String({ value: text }))] }));

function pem(label: string, bytes: ArrayBuffer): string {
  const lines = Buffer.from(bytes)
    .toString("base64")
    .replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** Uncompressed: 0x04, then both coordinates. */
function publicPoint(secretKey: Uint8Array): Uint8Array {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(secretKey);
  return new Uint8Array(ecdh.getPublicKey());
}

function privateKeyPem(secretKey: Uint8Array): string {
  const point = Buffer.from(publicPoint(secretKey));
  const coordinate = (from: number): string => point.subarray(from, from + 32).toString("base64url");
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: Buffer.from(secretKey).toString("base64url"),
    x: coordinate(1),
    y: coordinate(33),
  };
  return createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "pkcs8", format: "pem" }).toString();
}
