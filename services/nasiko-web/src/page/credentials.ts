import { readLogin, type Login } from "./access.ts";
import { NoAnswer, reach, refusal } from "./api.ts";

/** Milliseconds: checking a secret is slow on purpose, and slower on a busy machine. */
const PATIENCE = 30_000;

/** What one logs in with; both parts are shown once, when a user is added. */
interface Credentials {
  readonly key: string;
  readonly secret: string;
}

/** @throws NoAnswer that says why not, for people */
export async function logIn({ key, secret }: Credentials): Promise<Login> {
  const response = await reach("/auth/users/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ access_key: key, access_secret: secret }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  const body: unknown = await response.json().catch(() => undefined);
  const login = response.ok ? readLogin(body) : undefined;
  if (login === undefined)
    throw new NoAnswer(whyNot(response.status, response.headers.get("retry-after"), body), response.status);
  return login;
}

/**
 * Why nobody is logged in.
 * @param wait seconds, as the header `Retry-After` says
 */
export function whyNot(status: number, wait: string | null, body: unknown): string {
  if (status === 401) return "The access key or the access secret is wrong.";
  // No route: the platform went to mode `simple` while the form was open.
  if (status === 404) return "This platform knows no logins now. Reload the page.";
  if (status === 429) {
    const seconds = Number(wait);
    const when = seconds > 0 ? `in ${seconds} ${seconds === 1 ? "second" : "seconds"}` : "later";
    return `There were too many attempts to log in. Try again ${when}.`;
  }
  if (status >= 200 && status < 300) return "The answer holds no login.";
  return refusal(status, body);
}
