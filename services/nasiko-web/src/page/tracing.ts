import { access } from "./access.ts";
import { fieldsOf, textOf } from "./shape.ts";

/** The page's part of a trace, which begins with a question. */
export interface PageTrace {
  /** What goes with the question. */
  readonly headers: Readonly<Record<string, string>>;
  /** Tells how it ended. */
  readonly end: (failed: boolean) => void;
}

interface Ticket {
  readonly text: string;
  readonly traceparent: string;
  /** Milliseconds since the page was opened. */
  readonly got: number;
  readonly bearer: string;
}

/** Milliseconds: the server takes it for an hour. */
const VALID = 50 * 60_000;

/** Beside the page, at whichever address it was opened. */
const post = (path: string, bearer: string, body: unknown): Promise<Response> =>
  fetch(`telemetry/${path}`, {
    method: "POST",
    headers: { authorization: bearer, "content-type": "application/json" },
    body: JSON.stringify(body),
    // The page may be left meanwhile.
    keepalive: true,
  });

let ahead: Ticket | undefined;
/** Nobody takes traces: the page is not to ask again and again. */
let isOff = false;

/** Asks for the ids of the next trace, so that no question waits for them. What goes wrong costs the trace alone. */
export async function prepareTrace(): Promise<void> {
  const bearer = access.bearer();
  if (isOff || isUsable(ahead)) return;
  try {
    const response = await post("traces", bearer, {});
    isOff = response.status === 204;
    if (response.status !== 200) return;
    const fields = fieldsOf(await response.json());
    const [text, traceparent] = [textOf(fields["ticket"]), textOf(fields["traceparent"])];
    if (text !== "" && traceparent !== "") ahead = { text, traceparent, got: performance.now(), bearer };
  } catch {
    // There is no trace of this one.
  }
}

/** Begins a trace with the ids that were asked for; without them the question goes without. */
export function beginTrace(): PageTrace | undefined {
  const ticket = ahead;
  if (!isUsable(ticket)) return undefined;
  ahead = undefined;
  const start = performance.now();
  return {
    headers: { traceparent: ticket.traceparent },
    end: (failed) => {
      const milliseconds = Math.round(performance.now() - start);
      void post("spans", ticket.bearer, { ticket: ticket.text, milliseconds, failed }).catch(() => undefined);
    },
  };
}

/** Whether it is there, valid, and of who is logged in now. */
const isUsable = (ticket: Ticket | undefined): ticket is Ticket =>
  ticket !== undefined && performance.now() - ticket.got < VALID && ticket.bearer === access.bearer();
