import { createHmac, timingSafeEqual, verify } from "node:crypto";

/** Whether a signature over that text was made with the key: a shared secret, or a public key as PEM. */
type Verify = (signed: string, signature: Buffer, key: string | Buffer) => boolean;

const hmac =
  (hash: string): Verify =>
  (signed, signature, key) => {
    const expected = createHmac(hash, key).update(signed).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  };

/** RFC 7518 has the two numbers of an ECDSA signature side by side, not in DER. */
const publicKey =
  (hash: string): Verify =>
  (signed, signature, key) =>
    verify(hash, Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }, signature);

/** The algorithms of tokens that are known here. `none` is not one, and never may be. */
export const ALGORITHMS: Readonly<Record<string, Verify>> = {
  HS256: hmac("sha256"),
  HS384: hmac("sha384"),
  HS512: hmac("sha512"),
  RS256: publicKey("sha256"),
  RS384: publicKey("sha384"),
  RS512: publicKey("sha512"),
  ES256: publicKey("sha256"),
  ES384: publicKey("sha384"),
  ES512: publicKey("sha512"),
};

export const isSymmetric = (algorithm: string): boolean => algorithm.startsWith("HS");

export const isKnown = (algorithm: unknown): algorithm is string =>
  typeof algorithm === "string" && Object.hasOwn(ALGORITHMS, algorithm);
