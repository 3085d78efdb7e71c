import { isSame } from "../../lib/is-same.ts";
import { Problem } from "../../lib/problem.ts";

/** @throws Problem 401 */
export function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) throw new Problem(401, "Not authenticated");
  const [, token] = /^bearer(?: +(?! )(.*))?$/i.exec(authorization.trim()) ?? [];
  if (token === undefined || token.trim() === "") throw new Problem(401, "Token required");
  return token.trim();
}

/** Lets the platform's own services pass. @throws Problem 401 without a token, 403 with another */
export function requireService(authorization: string | undefined, serviceToken: string): void {
  if (!isSame(bearerOf(authorization), serviceToken))
    throw new Problem(403, "Only the platform's own services may do this");
}
