import { isMap, parseDocument } from "yaml";

const ROOT = ["config", "nasiko:agentSecrets"] as const;

/** A secret of an agent, encrypted. */
export interface SealedSecret {
  readonly agent: string;
  readonly variable: string;
  /** As Pulumi's passphrase provider writes it. */
  readonly ciphertext: string;
  /** Of the passphrase; written where the file has none yet. */
  readonly salt: string;
}

/**
 * A stack's config file with this secret, in the form in which `pulumi config set --secret --path` writes it;
 * comments, order and form of all else stay as they are.
 * @param text the file; "" for one that does not exist yet
 */
export function withSecret(text: string, { agent, variable, ciphertext, salt }: SealedSecret): string {
  const document = parseDocument(text);
  if (document.get("encryptionsalt") === undefined) document.set("encryptionsalt", salt);
  document.setIn([...ROOT, agent, variable], document.createNode({ secure: ciphertext }));
  return document.toString({ lineWidth: 0 });
}

/** The file without this secret, and without what is empty then. */
export function withoutSecret(text: string, agent: string, variable: string): string {
  const document = parseDocument(text);
  document.deleteIn([...ROOT, agent, variable]);
  for (const path of [[...ROOT, agent], ROOT]) {
    const left = document.getIn(path);
    if (isMap(left) && left.items.length === 0) document.deleteIn(path);
  }
  return document.toString({ lineWidth: 0 });
}

/** Names of the secrets by agent; no passphrase is needed for them. */
export function secretNames(text: string): Readonly<Record<string, readonly string[]>> {
  const secrets = parseDocument(text).getIn(ROOT);
  if (!isMap(secrets)) return {};
  return Object.fromEntries(
    secrets.items.map(({ key, value }) => [
      String(key),
      isMap(value) ? value.items.map((entry) => String(entry.key)) : [],
    ]),
  );
}
