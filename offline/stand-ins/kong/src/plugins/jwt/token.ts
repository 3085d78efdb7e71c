import { isObject } from "../../../../../../services/lib/json.ts";
import { ALGORITHMS, isKnown } from "../../entities/jwt-algorithms.ts";

type Claims = Readonly<Record<string, unknown>>;

/** A token, taken apart; nothing in it is believed yet. */
export interface Token {
  readonly header: Claims & { readonly alg: string };
  readonly claims: Claims;
  /** Whether the credential's owner signed it. */
  readonly isSignedWith: (algorithm: string, key: string | Buffer) => boolean;
}

const BASE64URL = /^[\w-]+={0,2}$/;

function decode(part: string): unknown {
  if (!BASE64URL.test(part)) return undefined;
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Takes a token apart. @returns the token, or Kong's words for what is wrong with it */
export function readToken(text: string): Token | string {
  const parts = text.split(".");
  const [head = "", body = "", signature = ""] = parts;
  const header = decode(head);
  const claims = decode(body);
  if (parts.length !== 3 || !isObject(header) || !isObject(claims)) return "invalid JSON";
  const { typ, alg } = header;
  if (typ !== undefined && (typeof typ !== "string" || typ.toUpperCase() !== "JWT")) return "invalid typ";
  if (!isKnown(alg)) return "invalid alg";
  if (!BASE64URL.test(signature)) return "invalid signature";
  const bytes = Buffer.from(signature, "base64url");
  return {
    header: { ...header, alg },
    claims,
    isSignedWith: (algorithm, key) => ALGORITHMS[algorithm]?.(`${head}.${body}`, bytes, key) === true,
  };
}
