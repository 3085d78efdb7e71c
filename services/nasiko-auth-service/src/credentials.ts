import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { compare, hash } from "bcryptjs";

/** What a user logs in with; the secret is shown once and kept only as a hash. */
export interface Credentials {
  readonly access_key: string;
  readonly access_secret: string;
}

/** As in OWASP's advice for bcrypt; the secrets are 256 random bits, so guessing is no matter of speed. */
const ROUNDS = 10;
/** Characters; bcrypt looks at 72 bytes and would ignore the rest. */
const LONGEST_SECRET = 72;

export const newCredentials = (): Credentials => ({
  access_key: `NASK_${randomBytes(16).toString("hex")}`,
  access_secret: randomBytes(32).toString("hex"),
});

export const hashSecret = (secret: string): Promise<string> => hash(secret, ROUNDS);

/** Compared with when nobody has the key, so that the answer takes as long. */
const NOBODY = hash(randomBytes(32).toString("hex"), ROUNDS);

/** @param secretHash undefined when there is no such user */
export async function secretMatches(secret: string, secretHash: string | undefined): Promise<boolean> {
  if (Buffer.byteLength(secret) > LONGEST_SECRET) return false;
  const matches = await compare(secret, secretHash ?? (await NOBODY));
  return matches && secretHash !== undefined;
}

/** The secret that the program gave to an agent. */
export const agentSecret = (agentsSecret: string, agent: string): string =>
  createHmac("sha256", agentsSecret).update(agent).digest("hex");

/** Takes the same time wherever the two differ. */
export function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
