import { EngineError } from "../../errors/define-error.ts";
import { addressPoolsUsedUp, dockerRefused, engineTls, engineUnreachable } from "./errors.ts";

const NO_CONNECTION = new Set([
  "EACCES",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ESSH",
  "ETIMEDOUT",
]);

/**
 * Turns what dockerode throws into an error for people: one line, status code kept. An abort, and what is an error
 * of ours already, passes unchanged.
 * @param operation what was asked for, e.g. "start acme-web"
 */
export function dockerError(operation: string, address: string, thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(`could not ${operation}`, { cause: thrown });
  if (thrown instanceof EngineError || thrown.name === "AbortError") return thrown;
  const code = property(thrown, "code");
  if (typeof code === "string" && NO_CONNECTION.has(code))
    return engineUnreachable({ address, cause: oneLine(thrown.message) }, thrown);
  if (isAboutTls(thrown, code)) return engineTls({ address, cause: engineMessage(thrown) }, thrown);
  if (NO_ADDRESSES.test(engineMessage(thrown))) return addressPoolsUsedUp({ operation }, thrown);
  return dockerRefused(
    { operation, statusCode: statusCodeOf(thrown), message: engineMessage(thrown) },
    thrown,
  );
}

/** In the words of Engine 20 to 23, and of later ones. */
const NO_ADDRESSES =
  /non-overlapping IPv4 address pool among the defaults|predefined address pools have been fully subnetted/;

/** OpenSSL's codes for certificates and handshakes, and what a Go server says to plain HTTP on its TLS port. */
const TLS_CODE =
  /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:GET|VERIFY)_)/;

const isAboutTls = (thrown: Error, code: unknown): boolean =>
  (typeof code === "string" && TLS_CODE.test(code)) ||
  (statusCodeOf(thrown) === 400 && thrown.message.includes("HTTP request to an HTTPS server"));

/** Whether the connection ended before there was an answer, whoever ended it. */
export const isHangUp = (thrown: unknown): boolean => property(thrown, "code") === "ECONNRESET";

/** The engine's HTTP status behind an error, also behind one that {@link dockerError} made. */
export function statusCodeOf(thrown: unknown): number | undefined {
  const status = property(thrown, "statusCode");
  if (typeof status === "number") return status;
  return thrown instanceof EngineError ? statusCodeOf(thrown.cause) : undefined;
}

/** The engine's own words behind an error, on one line, without the library's "(HTTP code …)" before them. */
export function engineMessage(thrown: unknown): string {
  if (thrown instanceof EngineError && thrown.cause !== undefined) return engineMessage(thrown.cause);
  const body = property(thrown, "json");
  const message = property(body, "message");
  if (typeof message === "string" && message !== "") return oneLine(message);
  return oneLine(thrown instanceof Error ? thrown.message : String(thrown));
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
