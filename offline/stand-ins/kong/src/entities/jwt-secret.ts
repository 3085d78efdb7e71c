import { createPublicKey, randomBytes } from "node:crypto";
import { optional, record, string, withDefault, type ValueOf } from "../schema/field.ts";
import { oneOf } from "../schema/rules.ts";
import { ALGORITHMS, isSymmetric } from "./jwt-algorithms.ts";
import { identity, reference } from "./common.ts";

function isPublicKey(pem: string): boolean {
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false;
  }
}

/** What a consumer signs its tokens with: a shared secret, or a key pair of which the public half is here. */
export const jwtSecret = record(
  {
    ...identity,
    consumer: reference,
    /** What tokens name in their `iss` claim. */
    key: string(),
    secret: optional(string()),
    rsa_public_key: optional(string((pem) => (isPublicKey(pem) ? undefined : "invalid key"))),
    algorithm: withDefault(string(oneOf(...Object.keys(ALGORITHMS))), "HS256"),
  },
  ({ algorithm, rsa_public_key: key }) =>
    !isSymmetric(algorithm) && key === null
      ? {
          "@entity": { 1: "failed conditional validation given value of field 'algorithm'" },
          rsa_public_key: "required field missing",
        }
      : undefined,
);

export type JwtSecret = ValueOf<typeof jwtSecret>;

/** Kong makes up the key and the secret of whoever gives none. */
export const fillIn = (input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...input,
  key: input["key"] ?? randomBytes(24).toString("base64url"),
  secret: input["secret"] ?? randomBytes(24).toString("base64url"),
});
