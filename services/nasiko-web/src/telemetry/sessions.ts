import { sessionOf } from "./tickets.ts";

/** Tells the session of who calls; undefined for somebody whom the platform does not know. */
export type SessionCheck = (authorization: string | undefined) => Promise<string | undefined>;

/** Milliseconds that an answer counts, and that one may take. */
const KNOWN_FOR = 60_000;
const PATIENCE = 3000;
const MOST_KNOWN = 1000;

/** Asks the gateway, which lets nobody without a login see the agents; in mode `simple` anybody with a token. */
export function sessionCheck(gatewayUrl: string, clock: () => number = Date.now): SessionCheck {
  const known = new Map<string, number>();
  return async (authorization = "") => {
    if (authorization === "") return undefined;
    const session = sessionOf(authorization);
    if ((known.get(session) ?? -Infinity) > clock() - KNOWN_FOR) return session;
    const answer = await fetch(`${gatewayUrl}/agents`, {
      headers: { authorization },
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok !== true) return undefined;
    known.delete(session);
    known.set(session, clock());
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return session;
  };
}
