import { createHmac, sign, type KeyObject } from "node:crypto";

type Claims = Readonly<Record<string, unknown>>;

export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that is signed with a shared secret. */
export function token(claims: Claims, secret: string, header: Claims = { alg: "HS256", typ: "JWT" }): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** A token that is signed with a private key. */
export function signedToken(claims: Claims, key: KeyObject, alg: string): string {
  const signed = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
