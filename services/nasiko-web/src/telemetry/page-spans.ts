import type { FastifyInstance } from "fastify";
import type { SpanReporter } from "../../../lib/telemetry/reported-spans.ts";
import type { SessionCheck } from "./sessions.ts";
import { createTickets } from "./tickets.ts";

/** Whose spans the page's are. */
export const PAGE = "nasiko-page";

/** Bytes: a ticket, a number and a flag. */
const LARGEST_BODY = 1024;
/** Milliseconds: as long as the page waits for an answer. */
const LONGEST = 300_000;
/** Tickets and spans within a minute, of one session and of all. */
const PER_SESSION = 120;
const OF_ALL = 3000;
const MINUTE = 60_000;

const REPORT = {
  type: "object",
  required: ["ticket", "milliseconds", "failed"],
  additionalProperties: false,
  properties: {
    ticket: { type: "string", maxLength: 200 },
    milliseconds: { type: "integer", minimum: 0, maximum: LONGEST },
    failed: { type: "boolean" },
  },
} as const;

interface Report {
  readonly Body: { readonly ticket: string; readonly milliseconds: number; readonly failed: boolean };
}

/**
 * The page's part of a trace. It is given the ids beforehand, sends them with a question, and tells afterwards how long it
 * took; everything else that a span says is decided here.
 * @param reporter undefined: nobody takes traces, which the page is told by an empty answer
 */
export function pageSpanRoutes(
  app: FastifyInstance,
  reporter: SpanReporter | undefined,
  sessionOf: SessionCheck,
  clock: () => number = Date.now,
): void {
  const tickets = createTickets(clock);
  const isWithin = createLimit(clock);

  app.post("/telemetry/traces", { bodyLimit: LARGEST_BODY }, async ({ headers }, reply) => {
    if (reporter === undefined) return reply.code(204).send();
    const session = await sessionOf(headers.authorization);
    if (session === undefined) return reply.code(401).send({ message: "log in first" });
    if (!isWithin(session)) return reply.code(429).send({ message: "too many traces at a time" });
    const { ticket, text } = tickets.issue(session);
    void reply.header("cache-control", "no-store");
    return { ticket: text, traceparent: `00-${ticket.traceId}-${ticket.spanId}-01` };
  });

  const options = { bodyLimit: LARGEST_BODY, schema: { body: REPORT } };
  app.post<Report>("/telemetry/spans", options, async ({ headers, body }, reply) => {
    if (reporter === undefined) return reply.code(204).send();
    const session = await sessionOf(headers.authorization);
    if (session === undefined) return reply.code(401).send({ message: "log in first" });
    if (!isWithin(session)) return reply.code(429).send({ message: "too many spans at a time" });
    const ticket = tickets.redeem(body.ticket, session);
    if (ticket === undefined) return reply.code(403).send({ message: "this ticket is not valid" });
    const end = clock();
    reporter.report({
      ...{ traceId: ticket.traceId, spanId: ticket.spanId, name: "chat", failed: body.failed },
      // By this clock alone: not before the ticket was given, and never in the future.
      ...{ start: Math.max(ticket.issued, end - body.milliseconds), end },
      attributes: { "gen_ai.operation.name": "chat" },
    });
    return reply.code(204).send();
  });
}

/** Counts what each session and all of them do within a minute. */
function createLimit(clock: () => number): (session: string) => boolean {
  let since = -Infinity;
  let all = 0;
  const counts = new Map<string, number>();
  return (session) => {
    if (clock() - since >= MINUTE) {
      since = clock();
      all = 0;
      counts.clear();
    }
    const count = (counts.get(session) ?? 0) + 1;
    if (count > PER_SESSION || all >= OF_ALL) return false;
    counts.set(session, count);
    all++;
    return true;
  };
}
