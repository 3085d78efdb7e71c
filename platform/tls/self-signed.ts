import { createECDH, createPrivateKey, hkdfSync, X509Certificate } from "node:crypto";

import { p256 } from "@noble/curves/nist.js";
import { ecdsaWithSHA256, ECParameters, id_ecPublicKey, id_secp256r1 } from "@peculiar/asn1-ecc";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";

import { type Validity, validityAt } from "./validity.ts";

/** A certificate and its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Object identifier of a name's commonName (X.520). */
const COMMON_NAME = "2.5.4.3";

/** One and a half times the length of the key, so that every key is about equally likely (FIPS 186-5, A.2.1). */
const SEED_BYTES = 48;

/**
 * A self-signed certificate for these names that is a function of the seed and of its period of validity: whoever keeps
 * the seed keeps the certificate, and a program that computes it on every run changes nothing until the next period.
 * P-256, signed deterministically (RFC 6979).
 *
 * It is a server's certificate and no authority: who trusts it trusts these names, and nothing that its key may sign.
 *
 * Generators such as `@peculiar/x509` and `selfsigned` sign with WebCrypto, which draws a random number for each ECDSA
 * signature; so only their data model of X.509 is used here, and `@noble/curves` signs.
 * @param seed secret text with at least 128 random bits
 * @param names DNS names and IPv4 addresses; the first is the subject
 * @param now decides about the period, see {@link validityAt}
 */
export function selfSigned(seed: string, names: readonly string[], now: Date): KeyPair {
  const validity = validityAt(now);
  // A key of its own for each period: that of an earlier one is worth nothing any more.
  const use = (purpose: string): string => `${purpose} ${validity.from.toISOString()}`;
  const secretKey = derive(seed, use("key"), SEED_BYTES, (bytes) => p256.utils.randomSecretKey(bytes));
  // A serial number is positive, whatever the first bit would be.
  const serial = derive(seed, use("serial"), 16, (bytes) =>
    bytes.map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte)),
  );
  const body = toBeSigned(validity, serial, names, publicPoint(secretKey));
  const signature = p256.sign(new Uint8Array(AsnConvert.serialize(body)), secretKey, { format: "der" });
  const certificate = new x509.Certificate({
    tbsCertificate: body,
    signatureAlgorithm: ecdsaWithSHA256,
    signatureValue: bufferOf(signature),
  });
  const parsed = new X509Certificate(new Uint8Array(AsnConvert.serialize(certificate)));
  return { certificate: parsed.toString(), key: privateKeyPem(secretKey) };
}

/** Independent bytes per purpose from one seed. */
const derive = <Result>(
  seed: string,
  purpose: string,
  length: number,
  use: (bytes: Uint8Array) => Result,
): Result => use(new Uint8Array(hkdfSync("sha256", seed, "nasiko gateway certificate", purpose, length)));

function toBeSigned(
  { from, until }: Validity,
  serial: Uint8Array,
  names: readonly string[],
  point: Uint8Array,
): x509.TBSCertificate {
  const [subject = "localhost"] = names;
  return new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: bufferOf(serial),
    signature: ecdsaWithSHA256,
    issuer: nameOf(subject),
    validity: new x509.Validity({ notBefore: from, notAfter: until }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: new x509.SubjectPublicKeyInfo({
      algorithm: new x509.AlgorithmIdentifier({
        algorithm: id_ecPublicKey,
        parameters: AsnConvert.serialize(new ECParameters({ namedCurve: id_secp256r1 })),
      }),
      subjectPublicKey: bufferOf(point),
    }),
    extensions: new x509.Extensions([...extensions(names)]),
  });
}

function extensions(names: readonly string[]): readonly x509.Extension[] {
  const { digitalSignature } = x509.KeyUsageFlags;
  return [
    extension(x509.id_ce_basicConstraints, new x509.BasicConstraints({ cA: false }), true),
    extension(x509.id_ce_keyUsage, new x509.KeyUsage(digitalSignature), true),
    extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage([x509.id_kp_serverAuth])),
    extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName(names.map(alternativeName))),
  ];
}

const extension = (id: string, value: object, critical = false): x509.Extension =>
  new x509.Extension({
    extnID: id,
    critical,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

const alternativeName = (text: string): x509.GeneralName =>
  new x509.GeneralName(IPV4.test(text) ? { iPAddress: text } : { dNSName: text });

const nameOf = (text: string): x509.Name =>
  new x509.Name([
    new x509.RelativeDistinguishedName([
      new x509.AttributeTypeAndValue({
        type: COMMON_NAME,
        value: new x509.AttributeValue({ utf8String: text }),
      }),
    ]),
  ]);

/** The bytes in a buffer of their own: the schema takes a buffer whole. */
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

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
