/** What a variable or a file of a container may hold: a text, or a recipe for one that nobody may see in a plan. */

/** A secret of the stack, by purpose, e.g. `secret("redis-password")`. */
export interface SecretRef {
  readonly kind: "secret";
  readonly secret: string;
  /** What the settings give in place of the generated value; that stays declared, so that it is there again later. */
  readonly chosen?: string;
}

/**
 * A secret that is generated once per stack and kept.
 * @param chosen counts instead, when the settings give one
 */
export const secret = (purpose: string, chosen?: string): SecretRef => ({
  kind: "secret",
  secret: purpose,
  ...(chosen === undefined ? {} : { chosen }),
});

/** A text in which secrets may stand: `text` parts are joined with the secrets' values. */
export interface Template {
  readonly kind: "template";
  readonly parts: readonly TemplatePart[];
}
export type TemplatePart = string | SecretRef | DerivedSecret;

/**
 * Texts side by side become one part, so that equal texts are equal, whatever they were put together from.
 * @example text`requirepass ${secret("redis-password")}\n`
 */
export function text(strings: TemplateStringsArray, ...values: readonly TemplatePart[]): Template {
  const parts: TemplatePart[] = [];
  for (const part of strings.flatMap((literal, index) => [literal, values[index] ?? ""])) {
    const before = parts.at(-1);
    if (typeof part === "string" && typeof before === "string") parts[parts.length - 1] = before + part;
    else if (part !== "") parts.push(part);
  }
  return { kind: "template", parts };
}

/** A value from the settings that nobody may see, e.g. an API key: a secret in state and plan. */
export interface SensitiveText {
  readonly kind: "sensitive";
  readonly value: string;
}
export const sensitive = (value: string): SensitiveText => ({ kind: "sensitive", value });

/** A secret of one service or agent: HMAC-SHA256 of a message with a secret of the stack as the key, in hex. */
export interface DerivedSecret {
  readonly kind: "derived";
  readonly from: SecretRef;
  readonly message: string;
}
export const derived = (from: SecretRef, message: string): DerivedSecret => ({
  kind: "derived",
  from,
  message,
});

/** Half of a self-signed certificate that is a function of a generated secret. */
export interface CertificatePart {
  readonly kind: "certificate";
  readonly from: SecretRef;
  readonly part: "certificate" | "key";
  /** DNS names and IPv4 addresses that it is for. */
  readonly names: readonly string[];
}
export const certificatePart = (
  part: CertificatePart["part"],
  from: SecretRef,
  names: readonly string[],
): CertificatePart => ({ kind: "certificate", from, part, names });

/** The line of an htpasswd file by which a server knows who has a secret; from it the secret cannot be told. */
export interface HtpasswdLine {
  readonly kind: "htpasswd";
  readonly user: string;
  readonly from: SecretRef;
}
export const htpasswd = (user: string, from: SecretRef): HtpasswdLine => ({ kind: "htpasswd", user, from });

export type EnvValue =
  string | SecretRef | SensitiveText | DerivedSecret | CertificatePart | HtpasswdLine | Template;

/**
 * What becomes of each kind of value. What a value is made from comes folded already; the value itself is there for
 * who needs its names.
 */
export interface EnvFold<Result> {
  readonly text: (value: string) => Result;
  readonly secret: (value: SecretRef) => Result;
  readonly sensitive: (value: SensitiveText) => Result;
  readonly derived: (from: Result, value: DerivedSecret) => Result;
  readonly certificate: (from: Result, value: CertificatePart) => Result;
  readonly htpasswd: (from: Result, value: HtpasswdLine) => Result;
  readonly template: (parts: readonly Result[], value: Template) => Result;
}

/** Takes a value apart: the one place that knows every kind. */
export function foldEnvValue<Result>(value: EnvValue, fold: EnvFold<Result>): Result {
  if (typeof value === "string") return fold.text(value);
  switch (value.kind) {
    case "secret":
      return fold.secret(value);
    case "sensitive":
      return fold.sensitive(value);
    case "derived":
      return fold.derived(fold.secret(value.from), value);
    case "certificate":
      return fold.certificate(fold.secret(value.from), value);
    case "htpasswd":
      return fold.htpasswd(fold.secret(value.from), value);
    case "template":
      return fold.template(
        value.parts.map((part) => foldEnvValue(part, fold)),
        value,
      );
  }
}

/** Purposes of the secrets that a value is made from. */
export const secretsIn = (value: EnvValue): readonly string[] =>
  foldEnvValue<readonly string[]>(value, {
    text: () => [],
    secret: ({ secret: purpose }) => [purpose],
    sensitive: () => [],
    derived: (from) => from,
    certificate: (from) => from,
    htpasswd: (from) => from,
    template: (parts) => parts.flat(),
  });
