import { endpoint } from "./endpoint.ts";
import { LANGTRACE } from "./langtrace.ts";
import { PHOENIX } from "./phoenix.ts";

/** Ports of OTLP, as every sender knows them. */
export const OTLP_GRPC = 4317;
export const OTLP_HTTP = 4318;

/** Where the platform's own services send their traces. */
export const COLLECTOR = endpoint("otel-collector", OTLP_HTTP);

/** Where traces can go, by the service that keeps them. */
const EXPORTERS = {
  phoenix: { endpoint: PHOENIX.url },
  langtrace: {
    traces_endpoint: `${LANGTRACE.url}/api/trace`,
    // By this word in the name of its client Langtrace takes a request for OTLP.
    headers: { "User-Agent": "opentelemetry-collector" },
  },
} as const;

export type TraceStore = keyof typeof EXPORTERS;
export const TRACE_STORES: readonly TraceStore[] = ["phoenix", "langtrace"];

/**
 * The collector's configuration, of components that the official image and ours both have; JSON is YAML. Every
 * store gets every trace, tries again on its own, and holds up no other. Metrics and logs have no place to go: they
 * are refused, so that no sender believes them kept.
 * @param stores empty: traces are counted in the collector's log
 */
export function collectorConfig(stores: readonly TraceStore[]): string {
  const exporters =
    stores.length === 0
      ? { debug: {} }
      : Object.fromEntries(stores.map((store) => [`otlp_http/${store}`, EXPORTERS[store]]));
  return JSON.stringify({
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `0.0.0.0:${OTLP_GRPC}` },
          http: { endpoint: `0.0.0.0:${OTLP_HTTP}` },
        },
      },
    },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 },
      batch: { timeout: "200ms" },
    },
    exporters,
    service: {
      telemetry: { logs: { level: stores.length === 0 ? "info" : "warn" }, metrics: { level: "none" } },
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "batch"],
          exporters: Object.keys(exporters),
        },
      },
    },
  });
}
