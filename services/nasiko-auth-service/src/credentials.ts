import { createHmac, randomBytes } from "node:crypto";
import { deriveSecret } from "../../lib/derive-secret.ts";
import { compare } from "bcryptjs";
import { isSame } from "../../lib/is-same.ts";

/** What a user logs in with; the secret is shown once and kept only as a hash. */
export interface Credentials {
  readonly access_key: string;
  readonly access_secret: string;
}

/** Bytes; bcrypt looks at 72 and would ignore the rest. */
const LONGEST_SECRET = 72;
/** Begins what {@link hashSecret} makes; hashes of earlier versions are bcrypt's. */
const SALTED = "sha256";

export const newCredentials = (): Credentials => ({
  access_key: `NASK_${randomBytes(16).toString("hex")}`,
  access_secret: randomBytes(32).toString("hex"),
});

/**
 * A secret as it is kept. Secrets are 256 random bits, so that nobody finds one by trying, however fast: a hash that is
 * slow on purpose would protect nothing, and let wrong logins take the service's time from everybody else.
 */
export function hashSecret(secret: string, salt = randomBytes(16).toString("hex")): string {
  return `${SALTED}:${salt}:${createHmac("sha256", salt).update(secret).digest("hex")}`;
}

/** Compared with when nobody has the key, so that the answer takes as long. */
const NOBODY = hashSecret(randomBytes(32).toString("hex"));

/** @param secretHash undefined when there is no such user */
export async function secretMatches(secret: string, secretHash: string | undefined): Promise<boolean> {
  if (Buffer.byteLength(secret) > LONGEST_SECRET) return false;
  const known = secretHash ?? NOBODY;
  const matches = isOutdated(known)
    ? await compare(secret, known)
    : isSame(hashSecret(secret, saltOf(known)), known);
  return matches && secretHash !== undefined;
}

const saltOf = (secretHash: string): string => secretHash.split(":")[1] ?? "";

/** Whether a hash is of an earlier version; it is made anew when its secret is seen. */
export const isOutdated = (secretHash: string): boolean => !secretHash.startsWith(`${SALTED}:`);

/** Whose credential an agent's secret is: it ends with the agent, or when the agent changes hands. */
export interface AgentCredential {
  readonly agent: string;
  /** Id of its owner; null: nobody's. */
  readonly owner: string | null;
  /** Another one for each owner, and each time that the name is taken. */
  readonly generation: string;
}

/** The secret with which the worker starts an agent that somebody uploaded. */
export const agentSecret = (agentsSecret: string, { agent, owner, generation }: AgentCredential): string =>
  deriveSecret(agentsSecret, `user:${owner ?? ""}:${generation}:${agent}`);

/** The secret that the program gives to an agent of the stack's own. */
export const stackAgentSecret = (agentsSecret: string, agent: string): string =>
  deriveSecret(agentsSecret, `stack:${agent}`);
