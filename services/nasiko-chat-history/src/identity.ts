import { z } from "zod";
import { bearerOf } from "../../lib/bearer.ts";
import { isSame } from "../../lib/is-same.ts";
import { Problem } from "../../lib/problem.ts";

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

/** Who calls? The one place that knows of authentication modes. */
export type Authenticate = (credentials: Credentials) => Promise<Caller>;

/** In mode `simple` everybody who sends a token is this user. */
const DEFAULT_USER = "default-user";

/** Milliseconds within which the auth service answers. */
const PATIENCE = 10_000;
const Validated = z.object({ subject_id: z.string() });

/**
 * @param authUrl the auth service of mode `enterprise`; undefined in mode `simple`
 * @throws Problem 401 when the token is missing, empty or not valid, 503 when nobody can be asked
 */
export function authenticator(authUrl: string | undefined, serviceToken: string | undefined): Authenticate {
  return async ({ authorization, subject }) => {
    const token = bearerOf(authorization, unauthenticated);
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
    throw unavailable(error);
  });
  if (response.status === 401) throw unauthenticated("Invalid or expired token");
  if (response.status !== 200) throw unavailable();
  return { subjectId: Validated.parse(await response.json()).subject_id };
}

const unauthenticated = (sentence: string): Problem => new Problem(401, sentence);

/** Whether the token is valid cannot be found out now. */
const unavailable = (cause?: unknown): Problem =>
  new Problem(503, "Authentication service unavailable", { cause });
