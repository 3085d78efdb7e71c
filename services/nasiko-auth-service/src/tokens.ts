import { randomUUID } from "node:crypto";
import { deriveSecret } from "../../lib/derive-secret.ts";
import { compactVerify, decodeJwt, SignJWT } from "jose";
import { credentialKey, parseCredentialKey, type Principal } from "./principal.ts";

/** Signs and reads tokens. Each generation of each principal has a signing secret of its own. */
export interface Tokens {
  issue(principal: Principal): Promise<IssuedToken>;
  /** Who a genuine, unexpired token belongs to; whether that generation is still valid is not decided here. */
  read(token: string): Promise<TokenSubject | undefined>;
  /** The secret that a credential signs with, as the gateway gets it. */
  secretOf(key: string): string;
}

export interface IssuedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

export interface TokenSubject {
  readonly id: string;
  readonly generation: number;
}

/** The one algorithm: what a token says about it is not believed. */
const ALGORITHM = "HS256";
/** Characters; ours have about 400. */
const LONGEST = 4096;
/** Seconds that the clocks of two machines may differ: a token counts from that long before it was issued. */
const CLOCK_SKEW = 60;
/** Seconds that a token may still be valid, whoever signed it; the gateway's guards ask for the same. */
const LONGEST_LIFETIME = 7 * 24 * 3600;

/**
 * @param jwtSecret all signing secrets are derived from it
 * @param lifetime seconds
 */
export function createTokens(jwtSecret: string, lifetime: number): Tokens {
  const secretOf = (key: string): string => deriveSecret(jwtSecret, key);
  const signingKey = (key: string): Uint8Array => new TextEncoder().encode(secretOf(key));
  return {
    secretOf,
    issue: async (principal) => {
      const key = credentialKey(principal);
      const token = await new SignJWT({ typ: principal.kind })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .setIssuer(key)
        .setSubject(principal.id)
        .setIssuedAt()
        .setNotBefore(`-${CLOCK_SKEW}s`)
        .setExpirationTime(`${lifetime}s`)
        .setJti(randomUUID())
        .sign(signingKey(key));
      return { token, expiresIn: lifetime };
    },
    read: async (token) => {
      if (token.length > LONGEST) return undefined;
      try {
        // Typed as a text, which nobody has checked.
        const { iss, exp, nbf }: Readonly<Record<string, unknown>> = decodeJwt(token);
        const subject = typeof iss === "string" ? parseCredentialKey(iss) : undefined;
        if (typeof iss !== "string" || subject === undefined) return undefined;
        const { protectedHeader } = await compactVerify(token, signingKey(iss), { algorithms: [ALGORITHM] });
        return isJwt(protectedHeader.typ) && isTimely(exp, nbf, Date.now()) ? subject : undefined;
      } catch {
        // Malformed, tampered with, expired: for the one who shows it there is no difference.
        return undefined;
      }
    },
  };
}

/** As the gateway asks: a token may leave out what it is, but not say that it is something else. */
const isJwt = (typ: unknown): boolean =>
  typ === undefined || (typeof typ === "string" && typ.toUpperCase() === "JWT");

/**
 * Whether a token is valid now. The same rules as those of Kong's plugin jwt with `claims_to_verify: [exp, nbf]` and
 * `maximum_expiration`, so that gateway and auth service never decide differently on one token.
 * @param now milliseconds since the epoch
 */
function isTimely(exp: unknown, nbf: unknown, now: number): boolean {
  if (typeof exp !== "number" || typeof nbf !== "number") return false;
  const seconds = Math.floor(now / 1000);
  return exp > seconds && exp - seconds <= LONGEST_LIFETIME && nbf <= seconds;
}
