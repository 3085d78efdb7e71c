import { defineService } from "./define-service.ts";
import { exec, publicImage } from "./service-spec.ts";

const GRPC = 4317;
const HTTP = 4318;

/**
 * Traces in over OTLP, out to both places that keep them. Components that the official image and ours both have.
 * Metrics and logs have no place to go: they are refused, so that no sender believes them kept.
 */
const CONFIG = {
  receivers: {
    otlp: {
      protocols: { grpc: { endpoint: `0.0.0.0:${GRPC}` }, http: { endpoint: `0.0.0.0:${HTTP}` } },
    },
  },
  processors: {
    memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 },
    batch: { timeout: "200ms" },
  },
  exporters: {
    "otlphttp/phoenix": { endpoint: "http://phoenix:6006" },
    "otlphttp/langtrace": {
      traces_endpoint: "http://langtrace:3000/api/trace",
      // By this word Langtrace recognises OTLP (facts about its intake: platform.md §3).
      headers: { "User-Agent": "opentelemetry-collector" },
    },
  },
  service: {
    telemetry: { logs: { level: "warn" }, metrics: { level: "none" } },
    pipelines: {
      traces: {
        receivers: ["otlp"],
        processors: ["memory_limiter", "batch"],
        exporters: ["otlphttp/phoenix", "otlphttp/langtrace"],
      },
    },
  },
};

export const otelCollector = defineService(({ settings }) => ({
  kind: "service",
  name: "otel-collector",
  summary: "Takes traces of agents and services and hands them to Phoenix and Langtrace",
  layer: "observability",
  image: publicImage("otel/opentelemetry-collector-contrib", "0.159.0"),
  // From the environment, because Docker copies no file into a container whose root file system is read-only.
  command: ["--config=env:COLLECTOR_CONFIG"],
  networks: ["app", "agents"],
  ports: [
    {
      name: "otlp-grpc",
      internal: GRPC,
      host: settings.portOtelGrpc,
      setting: "NASIKO_PORT_OTEL_GRPC",
    },
    {
      name: "otlp-http",
      internal: HTTP,
      host: settings.portOtelHttp,
      setting: "NASIKO_PORT_OTEL_HTTP",
    },
  ],
  // JSON is YAML.
  env: { COLLECTOR_CONFIG: JSON.stringify(CONFIG) },
  dependsOn: { phoenix: "healthy", langtrace: "healthy" },
  // An empty export goes all the way through the receiver, and leaves nothing. The official image has no program
  // but the collector: images/offline/opentelemetry-collector-contrib/Dockerfile.registry adds this one to it.
  health: exec(
    "/busybox",
    "wget",
    "-q",
    "-O",
    "/dev/null",
    "--header=Content-Type: application/json",
    '--post-data={"resourceSpans":[]}',
    `http://127.0.0.1:${HTTP}/v1/traces`,
  ),
  memory: "192MB",
  user: "10001:10001",
  stop: { signal: "SIGTERM", grace: "15s" },
}));
