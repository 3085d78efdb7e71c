import { bearerOf } from "../../lib/bearer.ts";
import { isSame } from "../../lib/is-same.ts";
import { findPrincipal, type Platform } from "./platform.ts";
import type { Principal } from "./principal.ts";
import { Problem } from "../../lib/problem.ts";

/** One of the platform's own services, or somebody with a token. */
export type Caller =
  { readonly kind: "service" } | { readonly kind: "principal"; readonly principal: Principal };

const invalid = (): Problem => new Problem(401, "Invalid or expired token");

/** @throws Problem 401 */
const tokenOf = (authorization: string | undefined): string =>
  bearerOf(authorization, (problem) => new Problem(401, problem));

/** Whose token this is. @throws Problem 401 unless it is genuine, unexpired, of today's generation, and its owner active */
export async function principalOf(platform: Platform, authorization: string | undefined): Promise<Principal> {
  const subject = await platform.tokens.read(tokenOf(authorization));
  if (subject === undefined) throw invalid();
  const principal = await findPrincipal(platform, subject.id);
  if (principal?.active !== true || principal.generation !== subject.generation) throw invalid();
  return principal;
}

/** @throws Problem 401, 403 */
export async function superUserOf(platform: Platform, authorization: string | undefined): Promise<Principal> {
  const principal = await principalOf(platform, authorization);
  if (!principal.is_super_user) throw new Problem(403, "Super user access required");
  return principal;
}

/** Lets the platform's own services pass. @throws Problem 401, 403 */
export async function serviceOf(platform: Platform, authorization: string | undefined): Promise<void> {
  const { kind } = await callerOf(platform, authorization);
  if (kind !== "service") throw new Problem(403, "This is for the platform's own services");
}

/** @throws Problem 401 */
export async function callerOf(platform: Platform, authorization: string | undefined): Promise<Caller> {
  const { serviceToken } = platform.settings;
  if (serviceToken !== undefined && isSame(tokenOf(authorization), serviceToken)) return { kind: "service" };
  return { kind: "principal", principal: await principalOf(platform, authorization) };
}
