import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { otelCollector } from "../../../../platform/services/otel-collector.ts";
import { phoenix } from "../../../../platform/services/phoenix.ts";
import { builtOffline, client, forever, prepared } from "../images/containers.ts";
import { type Running, Stack } from "./service-container.ts";

const spansSchema = z.object({
  data: z.array(z.object({ name: z.string(), context: z.object({ trace_id: z.string() }) })),
});

/** One span as OTLP/JSON. */
function traceOf(traceId: string, name: string): string {
  const now = `${Date.now()}000000`;
  const span = {
    traceId,
    spanId: randomBytes(8).toString("hex"),
    name,
    kind: 1,
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  };
  const attributes = [{ key: "service.name", value: { stringValue: "agent-translator" } }];
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: "test" }, spans: [span] }] }],
  });
}

const post = async (url: string, body: string): Promise<number> =>
  (await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body })).status;

describe("traces, from the collector to Phoenix", () => {
  const stack = new Stack();
  let store: Running;
  let collector: Running;
  let intake: string;
  beforeAll(async () => {
    await prepared("base-python");
    await builtOffline("phoenix");
    await builtOffline("opentelemetry-collector-contrib");
    store = await stack.start(phoenix);
    collector = await stack.start(otelCollector, { has: (service) => service === "phoenix" });
    intake = `http://${await collector.address()}:4318`;
  }, 900_000);
  afterAll(() => stack.clean());

  const names = async (traceId: string): Promise<readonly string[]> => {
    const response = await fetch(`http://${await store.address()}:6006/v1/projects/default/spans?limit=1000`);
    // The project appears with its first span.
    if (response.status === 404) return [];
    const { data } = spansSchema.parse(await response.json());
    return data.filter((span) => span.context.trace_id === traceId).map((span) => span.name);
  };
  const sent = async (name: string): Promise<string> => {
    const traceId = randomBytes(16).toString("hex");
    expect(await post(`${intake}/v1/traces`, traceOf(traceId, name))).toBe(200);
    return traceId;
  };

  test("a span sent over OTLP/HTTP is read back; one sent while Phoenix is replaced arrives when it is there again", async () => {
    const first = await sent("bonjour");
    await expect.poll(() => names(first), { timeout: 60_000 }).toEqual(["bonjour"]);
    await store.replace();
    const second = await sent("later");
    store = await stack.start(phoenix);
    expect(await names(first)).toEqual(["bonjour"]);
    await expect.poll(() => names(second), { timeout: 120_000 }).toEqual(["later"]);
  }, 600_000);

  test("metrics and logs, which have no place to go, are refused", async () => {
    expect(await post(`${intake}/v1/metrics`, '{"resourceMetrics":[]}')).toBe(404);
    expect(await post(`${intake}/v1/logs`, '{"resourceLogs":[]}')).toBe(404);
  });

  test("gRPC is taken on its own port", async () => {
    const port = `exec 3<>/dev/tcp/127.0.0.1/4317 && printf 'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\4\\0\\0\\0\\0\\0' >&3`;
    // A server of HTTP/2 answers with its settings: a frame of type 4.
    const { output } = await client.exec(
      collector.container.id,
      ["bash", "-c", `${port} && head -c 9 <&3 | od -An -tx1`],
      { timeout: 5_000, signal: forever },
    );
    expect(output.trim().split(" ")[3]).toBe("04");
  });

  test("the configuration with all its stores is one that the collector takes", async () => {
    const all = await stack.start(otelCollector);
    expect((await client.logs(all.container.id, 50)).join("\n")).not.toMatch(/error/i);
  });

  test("the health checks fail where nothing answers", async () => {
    const health = async ({ container }: Running): Promise<readonly string[]> =>
      ((await container.inspect()).Config.Healthcheck?.Test ?? []).slice(1);
    for (const running of [store, collector]) {
      const command = await health(running);
      const ask = async (line: readonly string[]): Promise<number | undefined> =>
        (await client.exec(running.container.id, line, { timeout: 10_000, signal: forever })).exitCode;
      expect(await ask(command)).toBe(0);
      expect(await ask(command.map((word) => word.replace(/4318|6006/, "4316")))).not.toBe(0);
    }
  });
});
