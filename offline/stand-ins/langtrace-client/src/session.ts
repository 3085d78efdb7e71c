import { createHmac, hash, timingSafeEqual } from "node:crypto";

/** How long a login holds, in milliseconds. */
const LIFETIME = 12 * 60 * 60 * 1000;

const SESSION_COOKIE = "langtrace-session";

/** Logins of the one administrator, as signed cookies; nothing is stored. */
export class Sessions {
  readonly #secret: string;
  readonly #admin: { readonly email: string; readonly password: string };

  constructor(secret: string, admin: { readonly email: string; readonly password: string }) {
    this.#secret = secret;
    this.#admin = admin;
  }

  /** @param now milliseconds since 1970 @returns the cookie, or undefined when the login is wrong */
  open(email: string, password: string, now: number): string | undefined {
    const right = [sameText(email, this.#admin.email), sameText(password, this.#admin.password)];
    if (right.includes(false)) return undefined;
    const until = String(now + LIFETIME);
    const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${LIFETIME / 1000}`;
    return `${SESSION_COOKIE}=${until}.${this.#sign(until)}; ${attributes}`;
  }

  /** @param cookies the request's header */
  isOpen(cookies: string | undefined, now: number): boolean {
    const found = (cookies ?? "").split(/; */).find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`));
    const [until = "", signature = ""] = (found ?? "").slice(SESSION_COOKIE.length + 1).split(".");
    return sameText(signature, this.#sign(until)) && Number(until) > now;
  }

  #sign(until: string): string {
    return createHmac("sha256", this.#secret).update(`langtrace session ${until}`).digest("base64url");
  }
}

/** Takes the same time for every wrong text. */
const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash("sha256", a, "buffer"), hash("sha256", b, "buffer"));
