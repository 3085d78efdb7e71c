import { describe, expect, test } from "vitest";
import { z } from "zod";
import { collectorConfig } from "../../../../platform/services/otel-collector-config.ts";
import type { TraceStore } from "../../../../platform/services/otel-collector-config.ts";

const schema = z.object({
  receivers: z.record(z.string(), z.unknown()),
  processors: z.record(z.string(), z.unknown()),
  exporters: z.record(z.string(), z.unknown()),
  service: z.object({
    pipelines: z.record(
      z.string(),
      z.object({
        receivers: z.array(z.string()),
        processors: z.array(z.string()),
        exporters: z.array(z.string()),
      }),
    ),
  }),
});
const configOf = (stores: readonly TraceStore[], metrics = false): z.infer<typeof schema> =>
  schema.parse(JSON.parse(collectorConfig(stores, metrics)));

describe("the collector's configuration", () => {
  test.each<readonly [readonly TraceStore[], readonly string[]]>([
    [[], ["debug"]],
    [["phoenix"], ["otlp_http/phoenix"]],
    [["langtrace"], ["otlp_http/langtrace"]],
    [
      ["phoenix", "langtrace"],
      ["otlp_http/phoenix", "otlp_http/langtrace"],
    ],
  ])("with %j sends traces to %j", (stores, exporters) => {
    const { pipelines } = configOf(stores).service;
    expect(pipelines["traces"]?.exporters).toEqual(exporters);
    expect(pipelines["traces/agents"]?.exporters.map((name) => name.replace("-agents", ""))).toEqual(
      exporters,
    );
  });

  test("lets what agents send wait in queues of its own", () => {
    const { pipelines } = configOf(["phoenix", "langtrace"]).service;
    const ofPlatform = pipelines["traces"]?.exporters ?? [];
    expect(pipelines["traces/agents"]?.exporters.filter((name) => ofPlatform.includes(name))).toEqual([]);
  });

  test("believes no agent who it is", () => {
    const { pipelines } = configOf(["phoenix"], true).service;
    const { receivers = [], processors = [] } = pipelines["traces/agents"] ?? {};
    expect(receivers).toEqual(["otlp/agents"]);
    expect(processors.slice(0, 3)).toEqual(["memory_limiter", "resource/sender", "filter/sender"]);
    expect(pipelines["metrics/agents"]?.processors).toEqual(processors.slice(0, 3));
  });

  test("takes metrics only where they are fetched", () => {
    expect(Object.keys(configOf(["phoenix"]).service.pipelines)).toEqual(["traces", "traces/agents"]);
    expect(configOf([], true).service.pipelines["metrics"]?.exporters).toEqual(["prometheus"]);
  });

  test("names in its pipelines exactly what it declares", () => {
    const { receivers, processors, exporters, service } = configOf(["phoenix", "langtrace"], true);
    const pipelines = Object.values(service.pipelines);
    const used = (part: "receivers" | "processors" | "exporters"): readonly string[] =>
      [...new Set(pipelines.flatMap((pipeline) => pipeline[part]))].sort();
    expect(used("receivers")).toEqual(Object.keys(receivers).sort());
    expect(used("processors")).toEqual(Object.keys(processors).sort());
    expect(used("exporters")).toEqual(Object.keys(exporters).sort());
  });
});
