import {
  boolean,
  list,
  number,
  optional,
  record,
  string,
  unsupported,
  withDefault,
  type ValueOf,
} from "../../schema/field.ts";
import { between, oneOf } from "../../schema/rules.ts";
import type { HeaderList } from "../../http/header-list.ts";
import type { Identity } from "../../entities/identities.ts";
import { definePlugin, type AccessOutcome, type AnyPluginKind, type Exchange } from "../plugin.ts";
import { isSymmetric } from "../../entities/jwt-algorithms.ts";
import { lifetimeComplaint, timeComplaints, VERIFIABLE, type Verifiable } from "./claims.ts";
import { readToken } from "./token.ts";

const YEAR = 31_536_000;

const isVerifiable = (name: string): name is Verifiable => VERIFIABLE.some((known) => known === name);

const config = record(
  {
    uri_param_names: withDefault(list(string(), "set"), ["jwt"]),
    cookie_names: withDefault(list(string(), "set"), []),
    header_names: withDefault(list(string(), "set"), ["authorization"]),
    /** Claim, or else header of the token, that names the credential. */
    key_claim_name: withDefault(string(), "iss"),
    secret_is_base64: withDefault(boolean(), false),
    claims_to_verify: optional(list(string(oneOf(...VERIFIABLE)), "set")),
    anonymous: unsupported("anonymous"),
    /** Whether every OPTIONS request needs a token, too. */
    run_on_preflight: withDefault(boolean(), true),
    /** Seconds; 0 means any time. */
    maximum_expiration: withDefault(number(between(0, YEAR)), 0),
    realm: optional(string()),
  },
  ({ maximum_expiration: most, claims_to_verify: claims }) =>
    most > 0 && claims?.includes("exp") !== true
      ? {
          "@entity": { 1: "failed conditional validation given value of field 'maximum_expiration'" },
          claims_to_verify: "must contain 'exp' when maximum_expiration is set",
        }
      : undefined,
);
type JwtConfig = ValueOf<typeof config>;

/** Kong's, without the space before it: that would make a long run of spaces slow to refuse. */
const BEARER = /[Bb]earer\s+(.+)/;

/** Name and value of every cookie; a value may contain "=". */
const cookiesOf = (headers: HeaderList): readonly (readonly [string, string])[] =>
  headers
    .getAll("cookie")
    .flatMap((header) => header.split(";"))
    .map((pair) => {
      const [name = "", ...value] = pair.trim().split("=");
      return [name, value.join("=")] as const;
    });

/** Every token that the request carries in a place where one is looked for; the same one twice counts once. */
function tokensOf(settings: JwtConfig, { query, requestHeaders }: Exchange): readonly string[] {
  const cookies = cookiesOf(requestHeaders);
  const found = [
    ...settings.uri_param_names.flatMap((name) => query.getAll(name)),
    ...settings.cookie_names.flatMap((wanted) =>
      cookies.filter(([name]) => name === wanted).map(([, value]) => value),
    ),
    // Of a header that is there twice the first counts, as in Kong.
    ...settings.header_names.map((name) => BEARER.exec(requestHeaders.get(name) ?? "")?.[1] ?? ""),
  ];
  return [...new Set(found)].filter((token) => token !== "");
}

/** Who signed the token, or why it is not believed: Kong's message, or complaints by claim. */
function authenticate(
  settings: JwtConfig,
  exchange: Exchange,
  now: number,
): Identity | string | Readonly<Record<string, string>> {
  const [text, second] = tokensOf(settings, exchange);
  if (text === undefined) return "Unauthorized";
  if (second !== undefined) return "Multiple tokens provided";
  const token = readToken(text);
  if (typeof token === "string") return `Bad token; ${token}`;
  const { key_claim_name: name } = settings;
  const key = token.claims[name] ?? token.header[name];
  if (key === undefined || key === null) return `No mandatory '${name}' in claims`;
  if (key === "") return `Invalid '${name}' in claims`;
  const identity = typeof key === "string" ? exchange.identities.get(key) : undefined;
  if (identity === undefined) return `No credentials found for given '${name}'`;
  const { algorithm, secret, rsa_public_key: publicKey } = identity.credential;
  // The credential says how it is used, never the token: else a public key could be passed off as a secret.
  if (token.header.alg !== algorithm) return "Invalid algorithm";
  const signingKey = isSymmetric(algorithm) ? secretOf(settings, secret) : publicKey;
  if (signingKey === null || signingKey.length === 0) return "Invalid key/secret";
  if (!token.isSignedWith(algorithm, signingKey)) return "Invalid signature";
  const wanted = (settings.claims_to_verify ?? []).filter(isVerifiable);
  return (
    timeComplaints(token.claims, wanted, now) ??
    lifetimeComplaint(token.claims, settings.maximum_expiration, now) ??
    identity
  );
}

const secretOf = ({ secret_is_base64: encoded }: JwtConfig, secret: string | null): string | Buffer | null =>
  encoded && secret !== null ? Buffer.from(secret, "base64url") : secret;

function refusal(settings: JwtConfig, reason: string | Readonly<Record<string, string>>): AccessOutcome {
  const scheme = settings.realm === null ? "Bearer" : `Bearer realm="${settings.realm}"`;
  const challenge = reason === "Unauthorized" ? scheme : `${scheme} error="invalid_token"`;
  const body = typeof reason === "string" ? { message: reason } : reason;
  return { answer: { status: 401, body, headers: [["WWW-Authenticate", challenge]] } };
}

/** Tells the upstream server who calls; what the caller itself said about that is gone afterwards. */
function introduce({ consumer, credential }: Identity, headers: HeaderList): void {
  const facts = [
    ["X-Consumer-ID", consumer.id],
    ["X-Consumer-Custom-ID", consumer.custom_id],
    ["X-Consumer-Username", consumer.username],
    ["X-Credential-Identifier", credential.key],
    ["X-Anonymous-Consumer", null],
  ] as const;
  for (const [name, value] of facts) {
    headers.delete(name);
    if (value !== null) headers.set(name, value);
  }
}

const isIdentity = (found: ReturnType<typeof authenticate>): found is Identity =>
  typeof found !== "string" && "consumer" in found && typeof found.consumer === "object";

/**
 * Lets in who carries a token that was signed with a known credential.
 * @param clock milliseconds since the epoch
 */
export function createJwt(clock: () => number): AnyPluginKind {
  return definePlugin({
    name: "jwt",
    priority: 1450,
    config,
    access: (settings, exchange) => {
      if (exchange.method === "OPTIONS" && !settings.run_on_preflight) return undefined;
      const found = authenticate(settings, exchange, Math.floor(clock() / 1000));
      if (!isIdentity(found)) return refusal(settings, found);
      introduce(found, exchange.upstreamHeaders);
      return { identity: found };
    },
  });
}
