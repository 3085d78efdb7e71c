/** Secrets that everybody knows: they stand in files of the public platform, or in the documents of what people run. */
const KNOWN: ReadonlySet<string> = new Set([
  "admin",
  "default",
  "difyai123456",
  "guest",
  "minioadmin",
  "mysecret",
  "postgres",
  "root",
  "secret",
  "test",
  "password",
  "kong",
  "secretpassword",
  "nasiko123",
  "admin123",
  "changeme",
  "changeme123",
  "nasiko_password123",
  "default-key-change-in-production",
  "your-super-secret-jwt-key-change-in-production",
  "dev-secret-change-me",
  "difficultsecret",
  "ltpasswd",
  "clickhousepw",
  "langtraceadminpw",
]);

/** What a template says where a secret belongs. */
const PLACEHOLDER =
  /^(?:<.*>|\$\{.*\}|x{3}.*|\.{3,}|\*+|todo|tbd|none|null|empty key)$|change[-_ ]?(?:me|in|this)|your[-_ ].{0,40}(?:key|secret|token|password)|placeholder|example|replace[-_ ]?(?:me|this|with)|insert[-_ ]/i;

/** Characters; a generated secret has 32. */
const SHORTEST_SECRET = 20;

/**
 * Why nobody should rely on a secret; undefined when nothing speaks against it.
 * @example weaknessOf("changeme") // "it is a default that everybody knows"
 */
export function weaknessOf(secret: string): string | undefined {
  const plain = secret.trim();
  if (KNOWN.has(plain.toLowerCase())) return "it is a default that everybody knows";
  if (PLACEHOLDER.test(plain)) return "it is a placeholder";
  if (new Set(plain).size < 6) return "it is the same few characters again and again";
  if (plain.length < SHORTEST_SECRET) return `it is shorter than ${SHORTEST_SECRET} characters`;
  return undefined;
}
