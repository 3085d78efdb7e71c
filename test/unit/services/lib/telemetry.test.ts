import type { AddressInfo } from "node:net";

import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Log } from "../../../../services/lib/log.ts";
import { inSpan, SpanKind, traceFields, traceOf } from "../../../../services/lib/telemetry/spans.ts";
import { startTelemetry, type Telemetry } from "../../../../services/lib/telemetry/telemetry.ts";
import { traceRequests } from "../../../../services/lib/telemetry/trace-requests.ts";
import { type OtlpCollector, type ReceivedSpan, startCollector } from "../../../support/otlp-collector.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE}-${CALLER}-01`;

/** What is asked again and again, or comes with a page. */
const ROUTINE = ["/", "/health", "/api/v1/healthcheck", "/status", "/main.js"];

/** What the services wrote. */
const logged: unknown[] = [];
const log: Log = (_level, message, fields) => logged.push({ message, ...fields });
let collector: OtlpCollector;
let telemetry: Telemetry;
let front: FastifyInstance;
let back: FastifyInstance;
/** Headers as the service behind got them. */
let seen: Readonly<Record<string, unknown>> = {};

const urlOf = (app: FastifyInstance): string =>
  `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

beforeAll(async () => {
  collector = await startCollector();
  telemetry = startTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }, () => undefined);
  back = fastify();
  traceRequests(back, { log });
  back.post("/things/:id", (request) => {
    seen = request.headers;
    return traceFields();
  });
  front = fastify();
  traceRequests(front, { log, begins: true });
  front.post("/ask", async (_request, reply) => {
    const answer = await fetch(`${urlOf(back)}/things/7?key=secret`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ some: "body" }),
    });
    return reply.send(await answer.json());
  });
  for (const path of ROUTINE) front.get(path, () => "well");
  front.get("/broken", () => {
    throw new Error("broken");
  });
  await Promise.all([front, back].map((app) => app.listen({ host: "127.0.0.1", port: 0 })));
});

afterAll(async () => {
  await Promise.all([front.close(), back.close()]);
  await collector.close();
});

const attributesOf = (span: ReceivedSpan | undefined): Readonly<Record<string, unknown>> =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));

describe("a service that is traced", () => {
  test("goes on with the trace of whoever asks, through all that it asks in turn", async () => {
    const answer = await fetch(`${urlOf(front)}/ask`, {
      method: "POST",
      headers: { traceparent: TRACEPARENT, "content-type": "application/json" },
      body: JSON.stringify({ question: "a body, which comes by events of the connection" }),
    });
    const told = (await answer.json()) as { readonly traceparent: string };
    expect(seen["traceparent"]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(told.traceparent).toMatch(new RegExp(`^00-${TRACE}-`));
    expect(told.traceparent).not.toBe(seen["traceparent"]);
  });

  test("begins one for whoever comes without, but not for health checks", async () => {
    for (const path of ROUTINE) expect(await (await fetch(`${urlOf(front)}${path}`)).text()).toBe("well");
    // Behind the door only the platform itself asks without a trace.
    expect((await fetch(`${urlOf(back)}/looked-around`)).status).toBe(404);
    expect((await fetch(`${urlOf(front)}/broken`)).status).toBe(500);
    await inSpan("send things", { kind: SpanKind.PRODUCER }, async () => {
      const message = traceFields();
      await inSpan("process things", { kind: SpanKind.CONSUMER, parent: traceOf(message) }, () =>
        Promise.resolve(),
      );
    });
    await expect(inSpan("fails", {}, () => Promise.reject(new TypeError("a secret word")))).rejects.toThrow(
      "a secret word",
    );
    await telemetry.close();
    const named = (name: string): ReceivedSpan | undefined =>
      collector.spans.find((span) => span.name === name);
    const [ask, call, things] = [named("POST /ask"), named("POST"), named("POST /things/:id")];
    expect(ask).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2 });
    expect(call).toMatchObject({ traceId: TRACE, parentSpanId: ask?.spanId, kind: 3 });
    expect(things).toMatchObject({ traceId: TRACE, parentSpanId: call?.spanId, kind: 2 });
    expect(attributesOf(things)).toMatchObject({
      "http.request.method": "POST",
      "http.route": "/things/:id",
      "url.path": "/things/7",
      "http.response.status_code": 200,
    });
    const broken = named("GET /broken");
    expect(broken?.parentSpanId ?? "").toBe("");
    expect(broken).toMatchObject({ status: { code: 2 } });
    expect(named("process things")).toMatchObject({
      traceId: named("send things")?.traceId,
      parentSpanId: named("send things")?.spanId,
    });
    expect(named("fails")).toMatchObject({ status: { code: 2 } });
    expect(attributesOf(named("fails"))).toMatchObject({ "error.type": "TypeError" });
    for (const path of ROUTINE) expect(named(`GET ${path}`)).toBeUndefined();
    expect(JSON.stringify(collector.spans)).not.toContain("looked-around");
    // No query, no body, no header of a request is anybody's business.
    expect(JSON.stringify([collector.spans, logged])).not.toMatch(/secret|question|some/);
    expect(logged).toContainEqual({
      ...{ message: "request", method: "POST", path: "/things/7", status: 200, trace_id: TRACE },
      milliseconds: expect.any(Number) as number,
    });
  });
});
