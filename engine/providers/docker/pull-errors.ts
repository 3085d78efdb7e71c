import { defineError } from "../../../platform/errors/define-error.ts";

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
  exitCode: 50,
  sentence: ({ reference, registry }: FailedPull) => `There is no image ${reference} at ${registry}.`,
  detail,
  suggestion: () =>
    "Name a version that exists, e.g. NASIKO_VERSION=1.2.3 ./nasiko local up; see also NASIKO_REGISTRY_URL.",
});

/** Nobody answers, or connections break. */
export const registryUnreachable = defineError("NSK-REGISTRY-UNREACHABLE", {
  exitCode: 45,
  sentence: ({ reference, registry }: FailedPull) =>
    `${reference} cannot be pulled: the registry ${registry} does not answer as it should.`,
  detail,
  suggestion: () =>
    "Try again when it answers, or build the images here: NASIKO_IMAGES=reference ./nasiko local up",
});

/** The registry wants to know who asks, or does not let this user have the image. */
export const registryLoginNeeded = defineError("NSK-REGISTRY-LOGIN", {
  exitCode: 46,
  sentence: ({ reference, registry }: FailedPull) =>
    `${reference} cannot be pulled: ${registry} wants a login that may have it.`,
  detail,
  suggestion: ({ registry }) => `docker login ${registry === "docker.io" ? "" : registry}`.trimEnd(),
});

export const registryRateLimited = defineError("NSK-REGISTRY-RATE-LIMIT", {
  exitCode: 47,
  sentence: ({ reference, registry }: FailedPull) =>
    `${reference} cannot be pulled for now: ${registry} hands out no more to this machine.`,
  detail,
  suggestion: ({ registry }) =>
    `docker login ${registry === "docker.io" ? "" : `${registry} `}  # raises the limit; or try again later`,
});

/** Anything else, e.g. a certificate that the engine does not trust. */
export const pullFailed = defineError("NSK-PULL-FAILED", {
  exitCode: 48,
  sentence: ({ reference, message }: FailedPull) => `${reference} could not be pulled: ${message}`,
  suggestion: ({ reference }) => `docker pull ${reference}   # shows the same without us`,
});

/** Docker's file of logins, or a program that it names, is of no use. */
export const credentialsUnreadable = defineError("NSK-CREDENTIALS-UNREADABLE", {
  exitCode: 49,
  sentence: ({ what }: { readonly what: string; readonly reason: string; readonly registry: string }) =>
    `The login for a registry cannot be read: ${what} fails.`,
  detail: ({ reason }) => reason,
  suggestion: ({ registry }) =>
    `docker login ${registry}   # after mending that; DOCKER_CONFIG names another folder`,
});

export const PULL_ERRORS = [
  imageNotFound,
  registryUnreachable,
  registryLoginNeeded,
  registryRateLimited,
  pullFailed,
  credentialsUnreadable,
] as const;
