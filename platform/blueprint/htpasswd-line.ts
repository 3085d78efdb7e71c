import { createHash } from "node:crypto";

import { encodeBase64, hashSync } from "bcryptjs";

/** The least that bcrypt knows: who does not know 256 random bits finds them at no price. */
const ROUNDS = "04";
/** Bytes of a salt. */
const SALT = 16;

/**
 * A line of an htpasswd file, with bcrypt, the only way that the registry of images knows. The salt comes from the
 * password, so that a program that computes the line on every run changes nothing.
 * @param password generated, 72 bytes at most
 */
export function htpasswdLine(user: string, password: string): string {
  const salt = createHash("sha256").update(`salt of ${user}:${password}`).digest().subarray(0, SALT);
  return `${user}:${hashSync(password, `$2b$${ROUNDS}$${encodeBase64([...salt], SALT)}`)}`;
}
