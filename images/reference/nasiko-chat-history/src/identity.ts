import { createHash, timingSafeEqual } from "node:crypto";

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

/** Who calls? The one place that knows of authentication modes. */
export type Authenticate = (credentials: Credentials) => Promise<Caller>;

/** In mode `simple` everybody who sends a token is this user. */
const DEFAULT_USER = "default-user";

/** @throws Unauthenticated when the token is missing or empty */
export function authenticator(mode: "simple", serviceToken: string | undefined): Authenticate {
  const byMode = {
    simple: (): Promise<Caller> => Promise.resolve({ subjectId: DEFAULT_USER }),
  }[mode];
  return async ({ authorization, subject }) => {
    const token = bearerOf(authorization);
    if (serviceToken !== undefined && subject !== undefined && isSame(token, serviceToken))
      return { subjectId: subject };
    return byMode();
  };
}

function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) throw new Unauthenticated("Not authenticated");
  const [, token] = /^bearer(?: +(.*))?$/i.exec(authorization.trim()) ?? [];
  if (token === undefined || token.trim() === "") throw new Unauthenticated("Token required");
  return token.trim();
}

/** Takes the same time wherever the two differ. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
