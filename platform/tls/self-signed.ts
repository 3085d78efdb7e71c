import { createECDH, createPrivateKey, hkdfSync, X509Certificate } from "node:crypto";

import { p256 } from "@noble/curves/nist.js";
import { ecdsaWithSHA256, ECParameters, id_ecPublicKey, id_secp256r1 } from "@peculiar/asn1-ecc";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";

/** A certificate and its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Object identifier of a name's commonName (X.520). */
const COMMON_NAME = "2.5.4.3";

/** Long, because people trust such a certificate by hand, and would have to do so again for another one. */
const VALID_FROM = new Date("2026-01-01T00:00:00Z");
const VALID_UNTIL = new Date("2046-01-01T00:00:00Z");

/** One and a half times the length of the key, so that every key is about equally likely (FIPS 186-5, A.2.1). */
const SEED_BYTES = 48;

/**
 * A self-signed certificate for these names that is a function of the seed: whoever keeps the seed keeps the
 * certificate, and a program that computes it on every run changes nothing. P-256, signed deterministically (RFC 6979).
 *
 * Generators such as `@peculiar/x509` and `selfsigned` sign with WebCrypto, which draws a random number for each ECDSA
 * signature; so only their data model of X.509 is used here, and `@noble/curves` signs.
 * @param seed secret text with at least 128 random bits
 * @param names DNS names and IPv4 addresses; the first is the subject
 */
export function selfSigned(seed: string, names: readonly string[]): KeyPair {
  const secretKey = derive(seed, "key", SEED_BYTES, (bytes) => p256.utils.randomSecretKey(bytes));
  const body = toBeSigned(seed, names, publicPoint(secretKey));
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

function toBeSigned(seed: string, names: readonly string[], point: Uint8Array): x509.TBSCertificate {
  const [subject = "localhost"] = names;
  // A serial number is positive, whatever the first bit would be.
  const serial = derive(seed, "serial", 16, (bytes) =>
    bytes.map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte)),
  );
  return new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: bufferOf(serial),
    signature: ecdsaWithSHA256,
    issuer: nameOf(subject),
    validity: new x509.Validity({ notBefore: VALID_FROM, notAfter: VALID_UNTIL }),
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
  const { digitalSignature, keyCertSign } = x509.KeyUsageFlags;
  return [
    // It is an authority for itself alone, so that trusting it does not mean trusting what its key might sign.
    extension(
      x509.id_ce_basicConstraints,
      new x509.BasicConstraints({ cA: true, pathLenConstraint: 0 }),
      true,
    ),
    extension(x509.id_ce_keyUsage, new x509.KeyUsage(digitalSignature | keyCertSign), true),
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
