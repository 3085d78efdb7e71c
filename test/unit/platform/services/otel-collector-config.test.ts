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
const configOf = (...stores: readonly TraceStore[]): z.infer<typeof schema> =>
  schema.parse(JSON.parse(collectorConfig(stores)));

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
    expect(configOf(...stores).service.pipelines["traces"]?.exporters).toEqual(exporters);
  });

  test("names in its pipelines exactly what it declares", () => {
    const { receivers, processors, exporters, service } = configOf("phoenix", "langtrace");
    const pipelines = Object.values(service.pipelines);
    const used = (part: "receivers" | "processors" | "exporters"): readonly string[] =>
      [...new Set(pipelines.flatMap((pipeline) => pipeline[part]))].sort();
    expect(used("receivers")).toEqual(Object.keys(receivers).sort());
    expect(used("processors")).toEqual(Object.keys(processors).sort());
    expect(used("exporters")).toEqual(Object.keys(exporters).sort());
  });
});
