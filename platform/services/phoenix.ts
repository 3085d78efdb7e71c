import { defineService, onHost } from "./define-service.ts";
import { exec, publicImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

export const PHOENIX = endpoint("phoenix", 6006);

const GIBIBYTE = 1024 ** 3;

/**
 * The official image holds Python and nothing else, no shell. Without site packages and with the socket module
 * alone the interpreter starts in about 10 ms, a tenth of what an exec costs the engine.
 */
const ASK = [
  "import _socket as s",
  "c=s.socket(s.AF_INET,s.SOCK_STREAM)",
  "c.settimeout(4)",
  `c.connect(('127.0.0.1',${PHOENIX.port}))`,
  "c.send(b'GET /readyz HTTP/1.0\\r\\n\\r\\n')",
  "raise SystemExit(b' 200 ' not in c.recv(20))",
].join(";");

export const phoenix = defineService(({ settings }) => ({
  kind: "service",
  name: PHOENIX.host,
  summary: "Traces and evaluations of agents, to look at and to query",
  layer: "observability",
  reachableBy: ["host"],
  profile: "observability",
  image: publicImage("arizephoenix/phoenix", "20.3.0"),
  volumes: [{ volume: "phoenix-data", path: "/mnt/data" }],
  ports: [
    {
      name: "http",
      internal: PHOENIX.port,
      ...onHost(settings, "portPhoenix"),
      url: { label: "Phoenix", path: "/" },
    },
  ],
  networks: ["app"],
  env: {
    PHOENIX_WORKING_DIR: "/mnt/data",
    PHOENIX_PORT: String(PHOENIX.port),
    PHOENIX_TELEMETRY_ENABLED: "false",
    PHOENIX_LOG_MIGRATIONS: "false",
    PHOENIX_ALLOW_EXTERNAL_RESOURCES: "false",
    PHOENIX_DEFAULT_RETENTION_POLICY_DAYS: String(settings.traceRetention),
    PHOENIX_DATABASE_ALLOCATED_STORAGE_CAPACITY_GIBIBYTES: String(settings.traceStorage / GIBIBYTE),
    PHOENIX_DATABASE_USAGE_INSERTION_BLOCKING_THRESHOLD_PERCENTAGE: "100",
  },
  // /readyz asks the database; /healthz would only say that it runs. A busy machine gets as long as `readyWithin`:
  // a probe that fails earlier must not call it unhealthy.
  health: { ...exec("python", "-I", "-S", "-c", ASK), startPeriod: "300s", startInterval: "1s" },
  tmpfs: { "/tmp": "rw,nosuid,size=64m,mode=1777" },
  // 15 s on a quiet machine; a busy one gets its time.
  readyWithin: "5m",
  memory: "768MB",
  // A fresh volume belongs to root, which the image's own unprivileged variant cannot write to (its issue 3187).
  user: "0:0",
  stop: { signal: "SIGTERM", grace: "20s" },
}));
