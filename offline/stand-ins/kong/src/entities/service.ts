import {
  boolean,
  integer,
  optional,
  record,
  string,
  unsupported,
  withDefault,
  type ValueOf,
} from "../schema/field.ts";
import { between, host, oneOf, servicePath } from "../schema/rules.ts";
import { identity, name } from "./common.ts";

const timeout = withDefault(integer(between(1, 2 ** 31 - 2)), 60_000);

/** What is proxied to. Times are in milliseconds. */
export const service = record(
  {
    ...identity,
    name,
    retries: withDefault(integer(between(0, 32_767)), 5),
    protocol: withDefault(string(oneOf("http", "https")), "http"),
    host: string(host),
    port: withDefault(integer(between(0, 65_535)), 80),
    path: optional(string(servicePath)),
    connect_timeout: timeout,
    write_timeout: timeout,
    read_timeout: timeout,
    client_certificate: unsupported("client_certificate"),
    tls_verify: optional(boolean()),
    tls_verify_depth: unsupported("tls_verify_depth"),
    ca_certificates: unsupported("ca_certificates"),
    enabled: withDefault(boolean(), true),
  },
  (value) =>
    value.tls_verify !== null && value.protocol !== "https"
      ? {
          tls_verify: "value must be null",
          "@entity": { 1: "failed conditional validation given value of field 'protocol'" },
        }
      : undefined,
);

export type Service = ValueOf<typeof service>;

/**
 * Spells out `url`, the short form of protocol, host, port and path. Fields given beside it give way to it.
 * Text that is no URL stays where it is and is refused as a field of that name.
 */
export function expandUrl(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { url, ...others } = input;
  if (url === null) return others;
  if (typeof url !== "string" || !URL.canParse(url)) return input;
  const parsed = new URL(url);
  const protocol = parsed.protocol.slice(0, -1);
  const port = parsed.port === "" ? (protocol === "https" ? 443 : 80) : Number(parsed.port);
  // The path as it was written: URL would add a slash that the user did not ask for.
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(\/[^?#]*)?/i.exec(url)?.[1] ?? null;
  return { ...others, protocol, host: parsed.hostname, port, path };
}
