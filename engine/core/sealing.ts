import type { Crypter } from "./secrets.ts";
import type { PropertyMap, PropertyValue, SealedProperties } from "./values.ts";
import { isMap, isSealed, isSecret, mapChildren, reveal, SECRET, secret, SIGNATURE } from "./values.ts";

/**
 * Turns marked secrets into ciphertext and back, for one run. What was opened is sealed again to the very text
 * that was read, so that an unchanged state stays the same file.
 */
export interface Sealer {
  /** @param owner URN; the same value in two resources does not show as the same ciphertext */
  seal(owner: string, properties: PropertyMap): SealedProperties;
  /** @throws Error when a secret is malformed or was written with another key */
  open(owner: string, properties: SealedProperties): PropertyMap;
}

export function createSealer(crypter: Pick<Crypter, "encrypt" | "decrypt">): Sealer {
  const known = new Map<string, string>();
  const keyOf = (owner: string, plaintext: string): string => `${owner}\n${plaintext}`;

  const seal = (owner: string, value: PropertyValue): PropertyValue => {
    if (isSealed(value)) throw new Error(`a secret of ${owner} is sealed already`);
    if (!isSecret(value)) return mapChildren(value, (child) => seal(owner, child));
    const plaintext = JSON.stringify(reveal(value.value));
    const key = keyOf(owner, plaintext);
    const ciphertext = known.get(key) ?? crypter.encrypt(plaintext);
    known.set(key, ciphertext);
    return { [SIGNATURE]: SECRET, ciphertext };
  };

  const open = (owner: string, value: PropertyValue): PropertyValue => {
    if (!isMap(value) || value[SIGNATURE] !== SECRET)
      return mapChildren(value, (child) => open(owner, child));
    const { ciphertext, plaintext } = value;
    if (typeof plaintext === "string") return secret(parseSecret(plaintext));
    if (typeof ciphertext !== "string") throw new Error(`malformed secret in ${owner}`);
    const text = crypter.decrypt(ciphertext);
    const opened = parseSecret(text);
    // Keyed by our own spelling of the JSON, which the Go encoder's differs from (it escapes <, > and &).
    known.set(keyOf(owner, JSON.stringify(opened)), ciphertext);
    return secret(opened);
  };

  return {
    // A map stays a map; and these two are where properties are sealed and opened.
    seal: (owner, properties) => sortKeys(seal(owner, properties)) as SealedProperties,
    open: (owner, properties) => open(owner, properties) as PropertyMap,
  };
}

/** Pulumi does not encrypt secrets within secrets: their `ciphertext` is plain JSON. */
function parseSecret(text: string): PropertyValue {
  // JSON.parse is typed any; JSON is what PropertyValue describes.
  return flatten(JSON.parse(text) as PropertyValue);
}

function flatten(value: PropertyValue): PropertyValue {
  if (!isMap(value) || value[SIGNATURE] !== SECRET) return mapChildren(value, flatten);
  const text = value["ciphertext"] ?? value["plaintext"];
  if (typeof text !== "string") throw new Error("malformed secret within a secret");
  return parseSecret(text);
}

/** Go writes maps sorted by key; the same order makes a state written by either engine comparable. */
function sortKeys(value: PropertyValue): PropertyValue {
  if (!isMap(value)) return mapChildren(value, sortKeys);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
      .map(([key, child]) => [key, sortKeys(child)]),
  );
}
