import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { passphraseWrong } from "./errors.ts";

// All of this is Pulumi's passphrase provider: its rounds, cipher, text forms, and the word that proves the key.
const ROUNDS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PROOF = "pulumi";

/** Encrypts and decrypts the secrets of one stack. */
export interface Crypter {
  /** What the state records under `secrets_providers.state.salt`: salt and proof, no secret. */
  readonly salt: string;
  /** @returns `v1:<nonce>:<ciphertext>` */
  encrypt(plaintext: string): string;
  /** @throws Error when the text was not written with this key */
  decrypt(sealed: string): string;
}

/**
 * Derives the key of an existing stack; takes about 0.3 s, off the main thread.
 * @throws NSK-PASSPHRASE-WRONG
 */
export async function openCrypter(passphrase: string, saltText: string): Promise<Crypter> {
  const [version, salt, ...proof] = saltText.split(":");
  if (version !== "v1" || salt === undefined) throw new Error(`unknown form of salt: ${version ?? ""}`);
  const key = await deriveKey(passphrase, Buffer.from(salt, "base64"));
  try {
    if (decrypt(key, proof.join(":")) !== PROOF) throw new Error("the proof holds another word");
  } catch (error) {
    throw passphraseWrong({}, error);
  }
  return crypterOf(key, saltText);
}

/** Makes the key of a new stack. */
export async function createCrypter(passphrase: string): Promise<Crypter> {
  const salt = randomBytes(SALT_BYTES);
  const key = await deriveKey(passphrase, salt);
  return crypterOf(key, `v1:${salt.toString("base64")}:${encrypt(key, PROOF)}`);
}

function crypterOf(key: Buffer, salt: string): Crypter {
  return { salt, encrypt: (text) => encrypt(key, text), decrypt: (sealed) => decrypt(key, sealed) };
}

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return promisify(pbkdf2)(passphrase, salt, ROUNDS, KEY_BYTES, "sha256");
}

function encrypt(key: Buffer, plaintext: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

function decrypt(key: Buffer, text: string): string {
  const [version, nonce, sealed] = text.split(":");
  if (version !== "v1" || nonce === undefined || sealed === undefined)
    throw new Error("not a text of the passphrase provider");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
}
