import { createHmac, randomUUID } from "node:crypto";
import { decodeJwt, jwtVerify, SignJWT } from "jose";
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

/**
 * @param jwtSecret all signing secrets are derived from it
 * @param lifetime seconds
 */
export function createTokens(jwtSecret: string, lifetime: number): Tokens {
  const secretOf = (key: string): string => createHmac("sha256", jwtSecret).update(key).digest("hex");
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
        .setExpirationTime(`${lifetime}s`)
        .setJti(randomUUID())
        .sign(signingKey(key));
      return { token, expiresIn: lifetime };
    },
    read: async (token) => {
      if (token.length > LONGEST) return undefined;
      try {
        const { iss = "" } = decodeJwt(token);
        const subject = parseCredentialKey(iss);
        if (subject === undefined) return undefined;
        await jwtVerify(token, signingKey(iss), {
          algorithms: [ALGORITHM],
          issuer: iss,
          subject: subject.id,
          requiredClaims: ["exp", "iat", "jti"],
        });
        return subject;
      } catch {
        // Malformed, tampered with, expired: for the one who shows it there is no difference.
        return undefined;
      }
    },
  };
}
