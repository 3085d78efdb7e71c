import { defineError } from "../../errors/define-error.ts";

export interface FailedPull {
  readonly reference: string;
  /** Host and port, e.g. "127.0.0.1:5000"; "docker.io" for Docker Hub. */
  readonly registry: string;
  /** The engine's own words, on one line. */
  readonly message: string;
}

const detail = ({ message }: FailedPull): string => `The engine says: ${message}`;

/** The registry answers, but has no such image. */
export const imageNotFound = defineError("NSK-IMAGE-NOT-FOUND", {
  sentence: ({ reference, registry }: FailedPull) => `There is no image ${reference} at ${registry}.`,
  detail,
  action: () => ({ id: "choose-existing-version" }),
});

/** Nobody answers, or connections break. */
export const registryUnreachable = defineError("NSK-REGISTRY-UNREACHABLE", {
  sentence: ({ reference, registry }: FailedPull) =>
    `${reference} cannot be pulled: the registry ${registry} does not answer as it should.`,
  detail,
  action: () => ({ id: "do-without-registry" }),
});

/** The registry wants to know who asks, or does not let this user have the image. */
export const registryLoginNeeded = defineError("NSK-REGISTRY-LOGIN", {
  sentence: ({ reference, registry }: FailedPull) =>
    `${reference} cannot be pulled: ${registry} wants a login that may have it.`,
  detail,
  action: ({ registry }) => ({ id: "log-in", registry, why: "needed" }),
});

export const registryRateLimited = defineError("NSK-REGISTRY-RATE-LIMIT", {
  sentence: ({ reference, registry }: FailedPull) =>
    `${reference} cannot be pulled for now: ${registry} hands out no more to this machine.`,
  detail,
  action: ({ registry }) => ({ id: "log-in", registry, why: "limit" }),
});

/** Anything else, e.g. a certificate that the engine does not trust. */
export const pullFailed = defineError("NSK-PULL-FAILED", {
  sentence: ({ reference, message }: FailedPull) => `${reference} could not be pulled: ${message}`,
  action: ({ reference }) => ({ id: "repeat-pull", reference }),
});

/** Docker's file of logins, or a program that it names, is of no use. */
export const credentialsUnreadable = defineError("NSK-CREDENTIALS-UNREADABLE", {
  sentence: ({ what }: { readonly what: string; readonly reason: string; readonly registry: string }) =>
    `The login for a registry cannot be read: ${what} fails.`,
  detail: ({ reason }) => reason,
  action: ({ registry }) => ({ id: "log-in", registry, why: "unreadable" }),
});

export const PULL_ERRORS = [
  imageNotFound,
  registryUnreachable,
  registryLoginNeeded,
  registryRateLimited,
  pullFailed,
  credentialsUnreadable,
] as const;
