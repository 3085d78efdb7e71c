/** What stands in place of a secret. */
export const HIDDEN = "[hidden]";

/** Shorter values are words that anything may hold, and open nothing. */
const SHORTEST = 6;

/** What secrets look like, whoever they belong to. What follows the first group goes. */
const SHAPES: readonly RegExp[] = [
  /((?:^|[^\w])(?:Bearer|Basic)\s+)[\w.~+/=-]{6,}/gi,
  // JSON Web Tokens, and keys by the marks that their makers give them.
  /()\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /()\b(?:sk|pk|rk|ghp|gho|ghs|xox[abp]|glpat)[-_][\w-]{10,}/g,
  /()\bAKIA[0-9A-Z]{16}\b/g,
  /(:\/\/[^\s/:@"']{0,100}:)[^\s/@"']{1,500}(?=@)/g,
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Named as such, in JSON, in a list of variables, or in an address.
  /((?:password|passwd|secret|token|api[_-]?key|passphrase|credential)[\w.-]{0,40}["']?\s{0,3}[:=]\s{0,3}["']?)(?!\[hidden\]|null\b|true\b|false\b|\()[^\s"',;&}{[\]]{6,}/gi,
];

/**
 * Takes secrets out of texts.
 * @param secrets every value that is known to be one
 */
export function createRedaction(secrets: Iterable<string>): (text: string) => string {
  const known = [...new Set(secrets)]
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap(writtenAs)
    // One that holds another goes as a whole.
    .toSorted((one, other) => other.length - one.length);
  return (text) => {
    let redacted = text;
    for (const secret of known) redacted = redacted.replaceAll(secret, HIDDEN);
    for (const shape of SHAPES) redacted = redacted.replace(shape, (_match, kept: string) => kept + HIDDEN);
    return redacted;
  };
}

/** A value as it is found in JSON, in addresses and in headers. */
const writtenAs = (secret: string): readonly string[] => [
  ...new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    // Half a pair of UTF-16 has no form for addresses.
    ...(secret.isWellFormed() ? [encodeURIComponent(secret)] : []),
    Buffer.from(secret).toString("base64"),
  ]),
];

/** Every text in a structured value, e.g. in a map of secrets by agent and variable. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
