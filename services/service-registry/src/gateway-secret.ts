import { isSame } from "../../lib/is-same.ts";

/** Carries the secret by which a service knows that a request came through the gateway, or from the registry. */
export const SECRET_HEADER = "X-Nasiko-Gateway-Secret";

/** The registry's own; no agent can have this name. */
export const REGISTRY = "service:registry";

/** Compares in a time that tells nothing; undefined is no secret. */
export const isSecret = (given: string | undefined, secret: string | undefined): boolean =>
  given !== undefined && secret !== undefined && isSame(given, secret);
