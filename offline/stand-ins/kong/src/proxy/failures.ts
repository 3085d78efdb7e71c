import { TOO_LARGE } from "../plugins/request-size-limiting.ts";

/** What a failed attempt to reach an upstream server means. */
export interface Failure {
  readonly status: 413 | 502 | 503 | 504;
  /** Kong's sentence for the client. */
  readonly message: string;
  /** No byte reached the server, so that anybody's request may be tried again. */
  readonly neverSent: boolean;
  /** The connection broke before an answer: only what may be repeated is tried again. */
  readonly broken: boolean;
}

const BAD_GATEWAY = "An invalid response was received from the upstream server";
const TIMEOUT = "The upstream server is timing out";

const UNREACHABLE = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"]);
const BROKEN = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_CLOSED", "UND_ERR_DESTROYED"]);

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** Raised by us when an upstream server does not take the request's body in time. */
export class WriteTimeout extends Error {
  override readonly name = "WriteTimeout";
  readonly code = "WRITE_TIMEOUT";
}

/** Raised by us when a body turns out to be larger than a plugin allows. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
  readonly code = "BODY_TOO_LARGE";
}

/** Raised by us when an upstream server answers with something that is no HTTP response. */
export class InvalidAnswer extends Error {
  override readonly name = "InvalidAnswer";
  readonly code = "INVALID_ANSWER";
}

/**
 * Whether a final response with this status can be passed on. An upstream server may send any three digits, and Node
 * refuses to write those below 100; below 200 nothing is final.
 */
export const isFinalStatus = (status: number): boolean => status >= 200 && status <= 999;

/** Sorts an error of a connection or of undici by its code. */
export function classifyFailure(error: unknown): Failure {
  const code = codeOf(error);
  if (code === "BODY_TOO_LARGE") return { status: 413, message: TOO_LARGE, neverSent: false, broken: false };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return { status: 503, message: "name resolution failed", neverSent: false, broken: false };
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT")
    return { status: 504, message: TIMEOUT, neverSent: true, broken: false };
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT" || code === "WRITE_TIMEOUT")
    return { status: 504, message: TIMEOUT, neverSent: false, broken: false };
  return {
    status: 502,
    message: BAD_GATEWAY,
    neverSent: UNREACHABLE.has(code),
    broken: BROKEN.has(code),
  };
}

const REPEATABLE = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

/** Whether to try again. Once a part of the body was read it cannot be sent a second time. */
export function mayRetry(
  failure: Failure,
  request: { readonly method: string; readonly bodyStarted: boolean },
  attempt: number,
  retries: number,
): boolean {
  if (attempt > retries || request.bodyStarted) return false;
  return failure.neverSent || (failure.broken && REPEATABLE.has(request.method));
}
