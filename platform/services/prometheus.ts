import { defineService, onHost } from "./define-service.ts";
import { PROMETHEUS, prometheusConfig } from "./prometheus-config.ts";
import { recordingRules } from "./prometheus-rules.ts";
import { exec, publicImage } from "./service-spec.ts";

/** Scratch folder in memory: Docker copies no file into a container whose root file system is read-only. */
const FOLDER = "/tmp";
const CONFIG = `${FOLDER}/prometheus.yml`;
const RULES = `${FOLDER}/rules.yml`;

/** Prometheus reads its configuration from files only. */
const START = [
  `printf %s "$PROMETHEUS_CONFIG" > ${CONFIG}`,
  `printf %s "$PROMETHEUS_RULES" > ${RULES}`,
  'exec prometheus "$@"',
].join(" && ");

/** Whole mebibytes that Go's heap may have of the container's memory. */
const HEAP = "200MiB";

export const prometheus = defineService(({ settings, has }) => ({
  kind: "service",
  name: PROMETHEUS.host,
  summary: "Figures of requests, agents and containers over time, to look at and to query",
  layer: "observability",
  reachableBy: ["host"],
  profile: "observability",
  image: publicImage("prom/prometheus", "v3.13.5"),
  entrypoint: ["sh", "-c", START, "prometheus"],
  command: [
    `--config.file=${CONFIG}`,
    "--storage.tsdb.path=/prometheus",
    `--storage.tsdb.retention.time=${settings.metricsRetention}`,
    `--storage.tsdb.retention.size=${settings.metricsSize}B`,
    `--web.listen-address=0.0.0.0:${PROMETHEUS.port}`,
    // By default pages of every origin may read every figure; no page has this one.
    "--web.cors.origin=none",
    // A question that would take more than the memory there is fails, instead of Prometheus.
    "--query.max-samples=2000000",
    "--query.max-concurrency=4",
    "--query.timeout=30s",
    "--log.level=warn",
  ],
  volumes: [{ volume: "prometheus-data", path: "/prometheus" }],
  ports: [
    {
      name: "http",
      internal: PROMETHEUS.port,
      ...onHost(settings, "portPrometheus"),
      url: { label: "Prometheus", path: "/" },
    },
  ],
  networks: ["app"],
  env: {
    PROMETHEUS_CONFIG: prometheusConfig(has, RULES),
    PROMETHEUS_RULES: recordingRules(),
    // Of version 2, which does not ask for the container's limit by itself.
    GOMEMLIMIT: HEAP,
  },
  // 503 until what was written before has been read again, and while it stops.
  health: exec("wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${PROMETHEUS.port}/-/ready`),
  tmpfs: { [FOLDER]: "rw,noexec,nosuid,size=1m" },
  memory: "256MB",
  // The official image's own.
  user: "65534:65534",
  stop: { signal: "SIGTERM", grace: "20s" },
}));
