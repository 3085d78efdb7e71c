import { bearerOf } from "../../lib/bearer.ts";
import { isSame } from "../../lib/is-same.ts";
import { Problem } from "../../lib/problem.ts";

/** @throws Problem 401 */
export const tokenOf = (authorization: string | undefined): string =>
  bearerOf(authorization, (problem) => new Problem(401, problem));

/** Lets the platform's own services pass. @throws Problem 401 without a token, 403 with another */
export function requireService(authorization: string | undefined, serviceToken: string): void {
  if (!isSame(tokenOf(authorization), serviceToken))
    throw new Problem(403, "Only the platform's own services may do this");
}
