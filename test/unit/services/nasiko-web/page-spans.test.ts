import fastify, { type FastifyInstance, type LightMyRequestResponse } from "fastify";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ReportedSpan } from "../../../../services/lib/telemetry/reported-spans.ts";
import { pageSpanRoutes } from "../../../../services/nasiko-web/src/telemetry/page-spans.ts";
import { createTickets, sessionOf } from "../../../../services/nasiko-web/src/telemetry/tickets.ts";

const START = 1_790_000_000_000;
let now = START;
const reported: ReportedSpan[] = [];
const reporter = { report: (span: ReportedSpan) => void reported.push(span), close: () => Promise.resolve() };
/** Knows Ada and Eve. */
const known = (authorization?: string): Promise<string | undefined> =>
  Promise.resolve(
    /^Bearer (?:ada|eve)$/.test(authorization ?? "") ? sessionOf(authorization ?? "") : undefined,
  );

let app: FastifyInstance;
beforeEach(() => {
  now = START;
  reported.length = 0;
  app = fastify();
  pageSpanRoutes(app, reporter, known, () => now);
});
afterEach(() => app.close());

const post = (
  path: string,
  who: string | undefined,
  payload: unknown = {},
): Promise<LightMyRequestResponse> =>
  app.inject({
    ...{ method: "POST", url: `/telemetry/${path}`, payload: payload as object },
    headers: who === undefined ? {} : { authorization: `Bearer ${who}` },
  });

async function ticketOf(who: string): Promise<{ readonly ticket: string; readonly traceparent: string }> {
  const answer = await post("traces", who);
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

describe("the page's span", () => {
  test("is the first of the trace that its question began", async () => {
    const { ticket, traceparent } = await ticketOf("ada");
    now += 5000;
    expect((await post("spans", "ada", { ticket, milliseconds: 1500, failed: false })).statusCode).toBe(204);
    const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(traceparent) ?? [];
    expect(reported).toEqual([
      {
        ...{ traceId, spanId, name: "chat", failed: false, start: START + 3500, end: START + 5000 },
        attributes: { "gen_ai.operation.name": "chat" },
      },
    ]);
  });

  test("cannot begin before its ticket was given, nor end in the future", async () => {
    const { ticket } = await ticketOf("ada");
    now += 10;
    await post("spans", "ada", { ticket, milliseconds: 300_000, failed: true });
    expect(reported).toEqual([expect.objectContaining({ start: START, end: START + 10, failed: true })]);
  });

  test("is nobody's who is not logged in, and nobody else's", async () => {
    for (const who of [undefined, "mallory"]) expect((await post("traces", who)).statusCode).toBe(401);
    const { ticket } = await ticketOf("ada");
    for (const [who, status] of [
      [undefined, 401],
      ["mallory", 401],
      ["eve", 403],
    ] as const)
      expect((await post("spans", who, { ticket, milliseconds: 1, failed: false })).statusCode).toBe(status);
    expect(reported).toEqual([]);
  });

  test("is told once, and within the hour", async () => {
    const { ticket } = await ticketOf("ada");
    const late = await ticketOf("ada");
    const told = (given: string): Promise<LightMyRequestResponse> =>
      post("spans", "ada", { ticket: given, milliseconds: 1, failed: false });
    expect((await told(ticket)).statusCode).toBe(204);
    expect((await told(ticket)).statusCode).toBe(403);
    now += 3_600_001;
    expect((await told(late.ticket)).statusCode).toBe(403);
    expect(reported).toHaveLength(1);
  });

  test.each([
    [{ milliseconds: -1 }],
    [{ milliseconds: 300_001 }],
    [{ milliseconds: 1.5 }],
    [{ failed: "perhaps" }],
    [{ name: "invoke_agent evil" }],
    [{ attributes: { "service.name": "kong" } }],
    [{ start: 1 }],
    [{ ticket: "x".repeat(201) }],
    [{ ticket: undefined }],
  ])("says nothing but how long it took and whether it failed: %j is refused or left out", async (more) => {
    const { ticket } = await ticketOf("ada");
    const answer = await post("spans", "ada", { ticket, milliseconds: 1, failed: false, ...more });
    if (answer.statusCode === 204)
      expect(reported).toEqual([
        expect.objectContaining({ name: "chat", attributes: { "gen_ai.operation.name": "chat" } }),
      ]);
    else expect([answer.statusCode, reported]).toEqual([400, []]);
  });

  test("is small, and one of so many a minute", async () => {
    const { ticket } = await ticketOf("ada");
    const large = { ticket, milliseconds: 1, failed: false, more: "x".repeat(2000) };
    expect((await post("spans", "ada", large)).statusCode).toBe(413);
    const statuses: number[] = [];
    for (let count = 0; count < 130; count++) statuses.push((await post("traces", "ada")).statusCode);
    expect(statuses).toContain(429);
    expect((await post("traces", "eve")).statusCode).toBe(200);
    now += 60_000;
    expect((await post("traces", "ada")).statusCode).toBe(200);
  });
});

test("where nobody takes traces, the page is told so, whoever asks", async () => {
  const silent = fastify();
  pageSpanRoutes(silent, undefined, known);
  const answer = await silent.inject({ method: "POST", url: "/telemetry/traces", payload: {} });
  expect([answer.statusCode, answer.body]).toEqual([204, ""]);
  await silent.close();
});

describe("a ticket", () => {
  test("is nobody's who made it up, or changed a character of it", () => {
    const tickets = createTickets(() => START);
    const { text } = tickets.issue("ada");
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom("0", "7", "a", "f", ".", "-", "_", "A"),
        (at, character) => {
          const changed = text.slice(0, at) + character + text.slice(at + 1);
          // The last character of base64 holds bits that say nothing.
          if (changed !== text && at < text.length - 1)
            expect(tickets.redeem(changed, "ada")).toBeUndefined();
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (any) => tickets.redeem(any, "ada") === undefined));
    expect(createTickets(() => START).redeem(text, "ada")).toBeUndefined();
    expect(tickets.redeem(text, "ada")).toMatchObject({ issued: START });
  });
});
