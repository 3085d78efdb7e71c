import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  COLLECTOR_FIGURES,
  COLLECTOR_INTAKE,
  COLLECTOR_METRICS,
  collectorConfig,
  OTLP_HTTP,
} from "../../../../platform/services/otel-collector-config.ts";
import { otelCollector } from "../../../../platform/services/otel-collector.ts";
import { builtOffline } from "../images/containers.ts";
import { counterOf, span, tracesOf } from "./otlp-bodies.ts";
import { type Running, Stack } from "./service-container.ts";
import { startReceiver, type TraceReceiver } from "./trace-receiver.ts";

const YEAR = 365 * 24 * 3_600_000;
const MEGABYTE = 1024 * 1024;

/** The store of these tests reads no protobuf. */
const inJson = (config: string): string =>
  config.replaceAll('"endpoint":"http://phoenix:6006"', '"endpoint":"http://phoenix:6006","encoding":"json"');

const stack = new Stack();
let store: TraceReceiver;
let collector: Running;
let host: string;

beforeAll(async () => {
  await builtOffline("opentelemetry-collector-contrib");
  store = await startReceiver(stack);
  collector = await stack.start(otelCollector, {
    has: (service) => ["phoenix", "prometheus", "otel-collector"].includes(service),
    env: { COLLECTOR_CONFIG: inJson(collectorConfig(["phoenix"], true)) },
  });
  host = await collector.address();
}, 900_000);
const arrived = async (name: string): Promise<number> => (await store.named(name)).length;
afterEach(() => store.answer(200));
afterAll(() => stack.clean());

type Headers = Readonly<Record<string, string>>;

/** As the gateway hands in what an agent sent. */
const from = (agent: string): Headers => ({
  "x-nasiko-sender": agent,
  "x-nasiko-namespace": "nasiko-agents",
  "x-nasiko-project": agent,
});

const post = async (
  port: number,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Headers = {},
  signal = "traces",
): Promise<number> => {
  const response = await fetch(`http://${host}:${port}/v1/${signal}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  await response.arrayBuffer();
  return response.status;
};
const byAgent = (body: string, headers: Headers): Promise<number> =>
  post(COLLECTOR_INTAKE.port, body, headers);
const byPlatform = (body: string): Promise<number> => post(OTLP_HTTP, body);

/** Sum of one of the collector's own figures. */
async function figure(name: string, labels = ""): Promise<number> {
  const text = await (await fetch(`http://${host}:${COLLECTOR_FIGURES.port}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
const filtered = (processor: string): Promise<number> =>
  figure("otelcol_processor_filter_spans_filtered", `filter="${processor}"`);

describe("who sends", () => {
  test("is what the gateway says, whatever the sender says of itself", async () => {
    const claims = {
      "service.name": "nasiko-router",
      "service.namespace": "nasiko",
      "openinference.project.name": "nasiko",
    };
    const said = span({ name: "forged", attributes: { "service.name": "nasiko-backend" } });
    expect(await byAgent(tracesOf([said], claims), from("mallory"))).toBe(200);
    await expect.poll(() => arrived("forged"), { timeout: 30_000 }).toBe(1);
    const [got] = await store.named("forged");
    expect(got?.resource).toMatchObject({
      "service.name": "mallory",
      "service.namespace": "nasiko-agents",
      "openinference.project.name": "mallory",
    });
    expect(got?.attributes).toMatchObject({ "service.name": "mallory" });
  });

  test("stays apart where requests of several senders are sent on together", async () => {
    const agents = ["a", "b", "c", "d"];
    const statuses = await Promise.all(
      agents.map((agent) => byAgent(tracesOf([span({ name: "together" })]), from(agent))),
    );
    expect(statuses).toEqual([200, 200, 200, 200]);
    await expect.poll(() => arrived("together"), { timeout: 30_000 }).toBe(4);
    const names = (await store.named("together")).map(({ resource }) => resource["service.name"]);
    expect(names.toSorted()).toEqual(agents);
  });

  test("has to be said: what has no name is dropped, and counted", async () => {
    const before = await filtered("filter/sender");
    expect(await byAgent(tracesOf([span({ name: "nameless" })], { "service.name": "kong" }), {})).toBe(200);
    await expect.poll(() => filtered("filter/sender"), { timeout: 30_000 }).toBe(before + 1);
    expect(await store.named("nameless")).toEqual([]);
  });

  test("is left to services of the platform themselves", async () => {
    const own = { "service.name": "nasiko-router", "openinference.project.name": "nasiko" };
    expect(await byPlatform(tracesOf([span({ name: "own" })], own))).toBe(200);
    await expect.poll(() => arrived("own"), { timeout: 30_000 }).toBe(1);
    expect((await store.named("own"))[0]?.resource).toMatchObject(own);
  });
});

describe("bad input", () => {
  test.each([
    ["a year ago", -YEAR],
    ["in a year", YEAR],
    ["in 1970", -Date.now()],
  ])("a span of %s is dropped, and counted; one beside it stays", async (when, off) => {
    for (const send of [byPlatform, (body: string) => byAgent(body, from("a"))]) {
      const before = await filtered("filter/times");
      const late = `wrong ${when}`;
      expect(await send(tracesOf([span({ name: late, off }), span({ name: `beside ${when}` })]))).toBe(200);
      await expect.poll(() => filtered("filter/times"), { timeout: 30_000 }).toBe(before + 1);
      expect(await store.named(late)).toEqual([]);
    }
    await expect.poll(() => arrived(`beside ${when}`), { timeout: 30_000 }).toBe(2);
  });

  test("what is no OTLP is refused, and others are served", async () => {
    for (const port of [OTLP_HTTP, COLLECTOR_INTAKE.port]) {
      for (const body of ["{", "[".repeat(100_000), '{"resourceSpans":7}', "\0\u0001"])
        expect(await post(port, body, from("a"))).toBe(400);
      expect(await post(port, "\0\u0001", { ...from("a"), "content-type": "application/x-protobuf" })).toBe(
        400,
      );
      expect(await post(port, "<x/>", { ...from("a"), "content-type": "text/xml" })).toBe(415);
    }
    expect(await byAgent(tracesOf([span({ name: "after" })]), from("a"))).toBe(200);
    await expect.poll(() => arrived("after"), { timeout: 30_000 }).toBe(1);
  });

  test("a body larger than the limit is refused, packed or not", async () => {
    const large = tracesOf([span({ name: "large", attributes: { text: "x".repeat(5 * MEGABYTE) } })]);
    expect(await byAgent(large, from("a"))).toBeGreaterThanOrEqual(400);
    const packed = new Uint8Array(
      gzipSync(tracesOf([span({ attributes: { text: "x".repeat(200 * MEGABYTE) } })])),
    );
    expect(packed.byteLength).toBeLessThan(MEGABYTE);
    expect(
      await post(COLLECTOR_INTAKE.port, packed, { ...from("a"), "content-encoding": "gzip" }),
    ).toBeGreaterThanOrEqual(400);
    expect(await store.named("large")).toEqual([]);
  });

  test("a value of megabytes is cut", async () => {
    const text = "x".repeat(3 * MEGABYTE);
    expect(await byAgent(tracesOf([span({ name: "long", attributes: { text } })]), from("a"))).toBe(200);
    await expect.poll(() => arrived("long"), { timeout: 30_000 }).toBe(1);
    expect((await store.named("long"))[0]?.attributes["text"]?.length).toBe(32_768);
  });
});

describe("metrics", () => {
  test("are shown under the name that the gateway says", async () => {
    const claims = { "service.name": "nasiko-router", "service.namespace": "nasiko" };
    const sent = await post(
      COLLECTOR_INTAKE.port,
      counterOf("tokens.used", 7, claims),
      from("mallory"),
      "metrics",
    );
    expect(sent).toBe(200);
    const shown = async (): Promise<string> =>
      (await fetch(`http://${host}:${COLLECTOR_METRICS.port}/metrics`)).text();
    await expect
      .poll(shown, { timeout: 30_000 })
      .toMatch(/^tokens_used_(?:ratio_)?total\{.*job="nasiko-agents\/mallory".*\} 7$/m);
    expect(await shown()).not.toContain("nasiko-router");
  });
});

describe("a store that does not answer", () => {
  test("holds up no sender; what it has no room for is lost, counted, and of agents alone", async () => {
    await store.answer(503);
    const filler = { text: "x".repeat(30_000) };
    const spans = (): readonly object[] =>
      Array.from({ length: 100 }, () => span({ name: "flood", attributes: filler }));
    const lost = (): Promise<number> => figure("otelcol_exporter_enqueue_failed_spans", "phoenix-agents");
    const before = await lost();
    for (let time = 0; time < 12; time++)
      expect(await byAgent(tracesOf(spans()), from("flooding"))).toBeLessThan(600);
    await expect.poll(lost, { timeout: 60_000 }).toBeGreaterThan(before);
    expect(await byPlatform(tracesOf([span({ name: "meanwhile" })]))).toBe(200);
    await store.answer(200);
    await expect.poll(() => arrived("meanwhile"), { timeout: 60_000 }).toBe(1);
    await expect.poll(() => arrived("flood"), { timeout: 120_000 }).toBeGreaterThan(0);
    const { State } = await collector.container.inspect();
    expect(State).toMatchObject({ Running: true, OOMKilled: false });
  });
});
