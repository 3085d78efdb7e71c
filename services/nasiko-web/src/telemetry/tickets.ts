import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** The ids of a trace and of its first span, given to one session before anything happens. */
export interface Ticket {
  readonly traceId: string;
  readonly spanId: string;
  /** Milliseconds since 1970. */
  readonly issued: number;
}

export interface Tickets {
  /** A new one, with what proves it. */
  readonly issue: (session: string) => { readonly ticket: Ticket; readonly text: string };
  /** Takes one back, once; undefined for one that is not this session's, is too old or was taken already. */
  readonly redeem: (text: string, session: string) => Ticket | undefined;
}

/** Milliseconds that a ticket may be used. */
const VALID = 3_600_000;
/** Tickets that are remembered as used: far more than all sessions together may get in that time. */
const MOST_USED = 50_000;
const FORM = /^([0-9a-f]{32})\.([0-9a-f]{16})\.(\d{13})\.([\w-]{43})$/;

/**
 * Tickets that need no memory until they are used: each carries a code that only this process can make, over the ids and
 * the session. Nobody can therefore report a span under ids that were not made for them.
 * @param clock milliseconds since 1970
 */
export function createTickets(clock: () => number = Date.now): Tickets {
  const key = randomBytes(32);
  const used = new Set<string>();
  const codeOf = ({ traceId, spanId, issued }: Ticket, session: string): Buffer =>
    createHmac("sha256", key).update(`${traceId}.${spanId}.${issued}.${session}`).digest();
  return {
    issue: (session) => {
      const ticket = {
        traceId: randomBytes(16).toString("hex"),
        spanId: randomBytes(8).toString("hex"),
        issued: clock(),
      };
      const code = codeOf(ticket, session).toString("base64url");
      return { ticket, text: `${ticket.traceId}.${ticket.spanId}.${ticket.issued}.${code}` };
    },
    redeem: (text, session) => {
      const [, traceId = "", spanId = "", issued = "", code = ""] = FORM.exec(text) ?? [];
      const ticket = { traceId, spanId, issued: Number(issued) };
      const given = Buffer.from(code, "base64url");
      const right = codeOf(ticket, session);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      if (clock() - ticket.issued > VALID || used.has(spanId)) return undefined;
      used.add(spanId);
      const [oldest] = used;
      if (used.size > MOST_USED && oldest !== undefined) used.delete(oldest);
      return ticket;
    },
  };
}

/** What a session is known by here: nothing that opens anything. */
export const sessionOf = (authorization: string): string =>
  createHash("sha256").update(authorization).digest("base64url");
