import { z } from "zod";
import { isSame } from "../../lib/is-same.ts";

/** On whose behalf a request is made. */
export interface Caller {
  readonly subjectId: string;
}

/** What is looked at to find out who calls. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** `X-Subject-ID`: counts only beside the service token. */
  readonly subject: string | undefined;
}

/** Nobody can be told from the request. */
export class Unauthenticated extends Error {}

/** Whether the token is valid cannot be found out now. */
export class AuthUnavailable extends Error {}

/** Who calls? The one place that knows of authentication modes. */
export type Authenticate = (credentials: Credentials) => Promise<Caller>;

/** In mode `simple` everybody who sends a token is this user. */
const DEFAULT_USER = "default-user";

/** Milliseconds within which the auth service answers. */
const PATIENCE = 10_000;
const Validated = z.object({ subject_id: z.string() });

/**
 * @param authUrl the auth service of mode `enterprise`; undefined in mode `simple`
 * @throws Unauthenticated when the token is missing, empty or not valid; AuthUnavailable when nobody can be asked
 */
export function authenticator(authUrl: string | undefined, serviceToken: string | undefined): Authenticate {
  return async ({ authorization, subject }) => {
    const token = bearerOf(authorization);
    if (serviceToken !== undefined && subject !== undefined && isSame(token, serviceToken))
      return { subjectId: subject };
    return authUrl === undefined ? { subjectId: DEFAULT_USER } : validate(authUrl, token);
  };
}

async function validate(authUrl: string, token: string): Promise<Caller> {
  const response = await fetch(`${authUrl}/auth/validate`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PATIENCE),
  }).catch((error: unknown) => {
    throw new AuthUnavailable("Authentication service unavailable", { cause: error });
  });
  if (response.status === 401) throw new Unauthenticated("Invalid or expired token");
  if (response.status !== 200) throw new AuthUnavailable("Authentication service unavailable");
  return { subjectId: Validated.parse(await response.json()).subject_id };
}

function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) throw new Unauthenticated("Not authenticated");
  const [, token] = /^bearer(?: +(?! )(.*))?$/i.exec(authorization.trim()) ?? [];
  if (token === undefined || token.trim() === "") throw new Unauthenticated("Token required");
  return token.trim();
}
