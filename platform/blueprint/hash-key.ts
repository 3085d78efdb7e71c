import { createHash, createHmac, scryptSync } from "node:crypto";

/**
 * With it the hash of what holds secrets is made: everybody may see the hash of a version, and nobody can hold a guess of
 * a weak secret against it.
 */
export type HashKey = () => Buffer | undefined;

/** Memory and time of one derivation: 16 MB, some 50 ms. The key is no oracle for a passphrase that somebody chose. */
const COST = 2 ** 14;

/**
 * The key of a stack, from what encrypts its secrets: the same on every machine that can open the stack, and with either
 * engine. Derived when it is asked for: most stacks have no agent with a secret.
 * @param passphrase undefined where another provider encrypts; then hashes are plain
 */
export function hashKeyOf(stack: string, passphrase: () => string | undefined): HashKey {
  let key: Buffer | undefined;
  return () => {
    const text = key === undefined ? passphrase() : undefined;
    if (text !== undefined) key = scryptSync(text, `nasiko hash of stack ${stack}`, 32, { N: COST });
    return key;
  };
}

/** Digits that are kept of a hash. */
const LENGTH = 16;

/** Hash of what a container is made of, without its secrets' values where there is a key. */
export function shapeHash(shape: unknown, key: HashKey): string {
  const text = JSON.stringify(shape);
  const secret = holdsSecret(shape) ? key() : undefined;
  const hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  return hash.update(text).digest("hex").slice(0, LENGTH);
}

/** Whether values from the settings that nobody may see stand in it; those that are generated stand there by name. */
function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("kind" in value && (value.kind === "sensitive" || (value.kind === "secret" && "chosen" in value)))
    return true;
  return Object.values(value).some(holdsSecret);
}
