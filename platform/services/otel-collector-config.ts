import type { ServiceContext } from "./define-service.ts";
import { endpoint } from "./endpoint.ts";
import { LANGTRACE } from "./langtrace.ts";
import { PROMETHEUS_SERVICE } from "./names.ts";
import { PHOENIX } from "./phoenix.ts";

/** Ports of OTLP, as every sender knows them. */
export const OTLP_GRPC = 4317;
export const OTLP_HTTP = 4318;

/**
 * Where everybody sends telemetry. On the network of the apps it is the collector itself; on the agents' the gateway
 * has its name, which lets each sender through as itself.
 */
export const COLLECTOR = endpoint("otel-collector", OTLP_HTTP);

/** The collector as the gateway finds it, which on the agents' network has the name of the collector itself. */
export const COLLECTOR_SERVER = endpoint("otel-collector-server", OTLP_HTTP);

/** Where the gateway alone hands in what agents send: there a header says whose it is. */
export const COLLECTOR_INTAKE = endpoint(COLLECTOR_SERVER.host, 4320);

/** What was reported as metrics, for Prometheus to fetch. */
export const COLLECTOR_METRICS = endpoint(COLLECTOR.host, 8889);
/** The collector's own figures: what it took, refused, dropped and sent. */
export const COLLECTOR_FIGURES = endpoint(COLLECTOR.host, 8888);

/** Whether anybody takes traces, and is to get them. */
export const reportsTraces = ({ settings, has }: ServiceContext): boolean =>
  has(COLLECTOR.host) && settings.tracingEnabled;

/** Whether anybody takes metrics, and is to get them. */
export const reportsMetrics = (context: ServiceContext): boolean =>
  reportsTraces(context) && context.has(PROMETHEUS_SERVICE);

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

/** Bytes of what waits for one store, for agents and for the platform each; what comes beyond is lost, and counted. */
const WAITING = 8 * 1024 * 1024;
/** Bytes of one request, unpacked. */
const LARGEST_REQUEST = 4 * 1024 * 1024;
/** Letters of one attribute, which may hold what a model was told. */
const LONGEST_VALUE = 32_768;

/** What the gateway says of a sender, by the attribute of the resource that it becomes. */
const SENDER = {
  "service.name": "x-nasiko-sender",
  "service.namespace": "x-nasiko-namespace",
  "openinference.project.name": "x-nasiko-project",
} as const;

/** Somebody whom the gateway let through, and did not name, is nobody. */
const NAMELESS = 'resource.attributes["service.name"] == nil';

const PROCESSORS = {
  memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 },
  // Spans of a clock that is wrong would stand in nobody's list, or in everybody's for ever.
  "filter/times": {
    error_mode: "ignore",
    traces: {
      span: [
        'span.start_time < Now() - Duration("24h") or span.start_time > Now() + Duration("1h")',
        'span.end_time < Now() - Duration("24h") or span.end_time > Now() + Duration("1h")',
      ],
    },
  },
  // Who sends is the gateway's to say: what the sender says of that goes, whether or not something takes its place.
  "resource/sender": {
    attributes: Object.entries(SENDER).flatMap(([key, header]) => [
      { key, action: "delete" },
      { key, action: "insert", from_context: `metadata.${header}` },
    ]),
  },
  "filter/sender": {
    error_mode: "ignore",
    traces: { span: [NAMELESS] },
    metrics: { metric: [NAMELESS] },
  },
  "transform/agents": {
    error_mode: "ignore",
    trace_statements: [
      { context: "resource", statements: ["truncate_all(resource.attributes, 4096)"] },
      {
        context: "span",
        statements: [
          `truncate_all(span.attributes, ${LONGEST_VALUE})`,
          // Phoenix keeps nothing of what a resource says, and people want to see who did what.
          'set(span.attributes["service.name"], resource.attributes["service.name"])',
        ],
      },
      {
        context: "spanevent",
        statements: [`truncate_all(spanevent.attributes, ${LONGEST_VALUE})`],
      },
    ],
  },
} as const;
type Processor = keyof typeof PROCESSORS;

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly Processor[];
  readonly exporters: readonly string[];
}

/**
 * The collector's configuration, of components that the official image and ours both have; JSON is YAML. Every
 * store gets every trace, tries again on its own, and holds up no other; nor does what agents send hold up what the
 * platform does. Logs have no place to go: they are refused, so that no sender believes them kept.
 * @param stores empty: traces are counted in the collector's log
 * @param metrics whether Prometheus fetches metrics; else they are refused as well
 */
export function collectorConfig(stores: readonly TraceStore[], metrics = false): string {
  const ofPlatform = exportersTo(stores, "");
  const ofAgents = exportersTo(stores, "-agents");
  const pipelines: Readonly<Record<string, Pipeline>> = {
    traces: {
      receivers: ["otlp"],
      processors: ["memory_limiter", "filter/times"],
      exporters: Object.keys(ofPlatform),
    },
    "traces/agents": {
      receivers: ["otlp/agents"],
      // Whoever sends is known here only: where requests are put together, nobody remembers.
      processors: ["memory_limiter", "resource/sender", "filter/sender", "filter/times", "transform/agents"],
      exporters: Object.keys(ofAgents),
    },
    ...(metrics && {
      metrics: { receivers: ["otlp"], processors: ["memory_limiter"], exporters: ["prometheus"] },
      "metrics/agents": {
        receivers: ["otlp/agents"],
        processors: ["memory_limiter", "resource/sender", "filter/sender"],
        exporters: ["prometheus"],
      },
    }),
  };
  return JSON.stringify({
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: `0.0.0.0:${OTLP_GRPC}` },
          http: { endpoint: `0.0.0.0:${OTLP_HTTP}`, max_request_body_size: LARGEST_REQUEST },
        },
      },
      "otlp/agents": {
        protocols: {
          http: {
            endpoint: `0.0.0.0:${COLLECTOR_INTAKE.port}`,
            include_metadata: true,
            max_request_body_size: LARGEST_REQUEST,
          },
        },
      },
    },
    processors: PROCESSORS,
    exporters: {
      ...ofPlatform,
      ...ofAgents,
      // Seconds without news after which a figure is no longer told: those of agents that are gone are many in time.
      ...(metrics && {
        prometheus: { endpoint: `0.0.0.0:${COLLECTOR_METRICS.port}`, metric_expiration: "150s" },
      }),
    },
    service: {
      telemetry: {
        logs: { level: stores.length === 0 ? "info" : "warn" },
        metrics: {
          level: "normal",
          readers: [
            { pull: { exporter: { prometheus: { host: "0.0.0.0", port: COLLECTOR_FIGURES.port } } } },
          ],
        },
      },
      pipelines,
    },
  });
}

/** @param suffix keeps queues apart: each exporter has one of its own */
function exportersTo(stores: readonly TraceStore[], suffix: string): Readonly<Record<string, object>> {
  if (stores.length === 0) return { debug: {} };
  return Object.fromEntries(
    stores.map((store) => [
      `otlp_http/${store}${suffix}`,
      {
        ...EXPORTERS[store],
        timeout: "10s",
        // A sender whose spans find no room is told so, and may come again.
        sending_queue: {
          ...{ sizer: "bytes", queue_size: WAITING, num_consumers: 2 },
          batch: { flush_timeout: "200ms", sizer: "bytes", min_size: WAITING / 32, max_size: WAITING / 4 },
        },
        retry_on_failure: { initial_interval: "1s", max_interval: "15s", max_elapsed_time: "300s" },
      },
    ]),
  );
}
