import type { AddressInfo } from "node:net";

import fastify from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createFigures } from "../../../../services/nasiko-worker/src/figures.ts";
import { measureRequests } from "../../../../services/lib/telemetry/measure-requests.ts";
import { startTelemetry } from "../../../../services/lib/telemetry/telemetry.ts";
import { type OtlpCollector, type ReceivedMetric, startCollector } from "../../../support/otlp-collector.ts";

let collector: OtlpCollector;
beforeAll(async () => {
  collector = await startCollector();
  const telemetry = startTelemetry(
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRICS_EXPORTER: "otlp" },
    () => undefined,
  );
  const app = fastify();
  measureRequests(app);
  app.get("/things/:id", () => "well");
  app.get("/broken", () => {
    throw new Error("broken");
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  for (const path of ["/things/1", "/things/2?key=secret", "/nowhere/3", "/broken"])
    await (await fetch(`${url}${path}`)).text();
  await app.close();
  const figures = createFigures(() => Promise.resolve(3));
  figures.processed("deploy_agent", 12, undefined);
  figures.processed("deploy_agent", 1, "failed");
  // Sends what there is.
  await telemetry.close();
});
afterAll(() => collector.close());

const named = (name: string): ReceivedMetric | undefined =>
  collector.metrics.find((metric) => metric.name === name);
const pointsOf = (metric: ReceivedMetric | undefined): readonly Readonly<Record<string, unknown>>[] =>
  (metric?.histogram?.dataPoints ?? []).map(({ count, attributes }) => ({
    count,
    ...Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
  }));

test("requests are measured by route, and a path is in no figure", () => {
  const duration = named("http.server.request.duration");
  expect(duration?.unit).toBe("s");
  const common = { "http.request.method": "GET", "url.scheme": "http" };
  expect(pointsOf(duration)).toEqual([
    { count: 2, ...common, "http.response.status_code": 200, "http.route": "/things/:id" },
    { count: 1, ...common, "http.response.status_code": 404 },
    { count: 1, ...common, "http.response.status_code": 500, "http.route": "/broken", "error.type": "500" },
  ]);
  expect(JSON.stringify(collector.metrics)).not.toMatch(/things\/[12]|secret|nowhere/);
});

test("Node tells of its memory and its event loop", () => {
  const names = collector.metrics.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["v8js.memory.heap.used", "nodejs.eventloop.utilization"]));
});

test("the worker tells how long its work takes, what of it fails, and how much waits", () => {
  expect(pointsOf(named("messaging.process.duration"))).toEqual([
    { count: 1, "messaging.system": "redis", "messaging.operation.name": "deploy_agent" },
    {
      count: 1,
      ...{ "messaging.system": "redis", "messaging.operation.name": "deploy_agent" },
      "error.type": "failed",
    },
  ]);
  expect(JSON.stringify(named("nasiko.worker.queue.length"))).toContain('"asDouble":3');
});
