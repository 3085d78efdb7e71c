import { defineService, onHost } from "./define-service.ts";
import {
  COLLECTOR,
  COLLECTOR_SERVER,
  collectorConfig,
  OTLP_GRPC,
  OTLP_HTTP,
  reportsMetrics,
  TRACE_STORES,
} from "./otel-collector-config.ts";
import { type Condition, exec, publicImage } from "./service-spec.ts";

export const otelCollector = defineService(({ settings, has }) => {
  const stores = TRACE_STORES.filter(has);
  return {
    kind: "service",
    name: COLLECTOR.host,
    summary: "Takes traces of agents and services and hands them to Phoenix and Langtrace",
    layer: "observability",
    profile: "observability",
    image: publicImage("otel/opentelemetry-collector-contrib", "0.159.0"),
    // From the environment: Docker copies no file into a container whose root file system is read-only.
    command: ["--config=env:COLLECTOR_CONFIG"],
    // Agents report through the gateway, which says whose it is.
    networks: ["app"],
    aliases: { app: [COLLECTOR_SERVER.host] },
    ports: [
      {
        name: "otlp-grpc",
        internal: OTLP_GRPC,
        ...onHost(settings, "portOtelGrpc"),
      },
      {
        name: "otlp-http",
        internal: OTLP_HTTP,
        ...onHost(settings, "portOtelHttp"),
      },
    ],
    env: {
      COLLECTOR_CONFIG: collectorConfig(stores, reportsMetrics({ settings, has })),
      // Where it begins to refuse: the garbage of what it took goes before anything is refused for it.
      GOMEMLIMIT: "144MiB",
    },
    dependsOn: Object.fromEntries(stores.map((store): [string, Condition] => [store, "healthy"])),
    // An empty export goes all the way through the receiver, and leaves nothing. The official image has no program
    // but the collector: offline/rebuilds/opentelemetry-collector-contrib/Dockerfile.registry adds this one to it.
    health: exec(
      "/busybox",
      "wget",
      "-q",
      "-O",
      "/dev/null",
      "--header=Content-Type: application/json",
      '--post-data={"resourceSpans":[]}',
      `http://127.0.0.1:${OTLP_HTTP}/v1/traces`,
    ),
    memory: "192MB",
    user: "10001:10001",
    stop: { signal: "SIGTERM", grace: "15s" },
  };
});
