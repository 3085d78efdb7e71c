import type { EngineError } from "../../errors/define-error.ts";
import { parseReference } from "../../formats/image-reference.ts";
import {
  imageNotFound,
  pullFailed,
  registryLoginNeeded,
  registryRateLimited,
  registryUnreachable,
} from "./pull-errors.ts";

/** Why a registry did not hand out an image. */
export type PullFailure =
  | "not-found"
  | "login-needed"
  | "rate-limited"
  /** The registry itself is unwell: 5xx. */
  | "unwell"
  /** No connection, or one that broke. */
  | "unreachable"
  | "other";

/**
 * The engine reports whatever a registry did as its own error 500 with a text, so the text decides. Order matters:
 * "pull access denied for x, repository does not exist or may require 'docker login'" is about a login.
 */
const SIGNS: readonly (readonly [PullFailure, RegExp])[] = [
  ["rate-limited", /toomanyrequests|\b429\b|rate limit/i],
  ["login-needed", /unauthorized|authentication required|no basic auth credentials|denied|\b40[13]\b/i],
  ["not-found", /manifest unknown|name unknown|not found: |: not found|no such manifest/i],
  [
    "unwell",
    /\b5\d\d (?:Internal|Bad|Service|Gateway)|internal server error|service unavailable|bad gateway/i,
  ],
  ["other", /x509|HTTP response to HTTPS client/i],
  [
    "unreachable",
    /dial tcp|connection re(?:fused|set)|no such host|timeout|EOF|broken pipe|network is unreachable|deadline exceeded|request canceled|proxyconnect/i,
  ],
];

export const pullFailureOf = (message: string): PullFailure =>
  SIGNS.find(([, pattern]) => pattern.test(message))?.[0] ?? "other";

/** Whether the same request may well succeed a little later. */
export const isPassing = (failure: PullFailure): boolean =>
  failure === "rate-limited" || failure === "unwell" || failure === "unreachable";

/** The error for people. */
export function pullError(reference: string, message: string, cause?: unknown): EngineError {
  const details = { reference, registry: parseReference(reference).registry, message };
  switch (pullFailureOf(message)) {
    case "not-found":
      return imageNotFound(details, cause);
    case "login-needed":
      return registryLoginNeeded(details, cause);
    case "rate-limited":
      return registryRateLimited(details, cause);
    case "unwell":
    case "unreachable":
      return registryUnreachable(details, cause);
    case "other":
      return pullFailed(details, cause);
  }
}
