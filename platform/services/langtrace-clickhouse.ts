import { defineService, onHost } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { secret } from "./env-value.ts";
import { publicImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

/** Over HTTP. */
export const LANGTRACE_CLICKHOUSE = endpoint("langtrace-clickhouse", 8123);

export const langtraceClickhouse = defineService(({ settings }) => ({
  kind: "service",
  name: LANGTRACE_CLICKHOUSE.host,
  summary: "ClickHouse that keeps Langtrace's spans",
  layer: "observability",
  role: "store",
  profile: "observability",
  image: publicImage("clickhouse/clickhouse-server", "26.3.20.7"),
  volumes: [{ volume: "langtrace-clickhouse-data", path: "/var/lib/clickhouse" }],
  ports: [
    {
      name: "http",
      internal: LANGTRACE_CLICKHOUSE.port,
      ...onHost(settings, "portClickhouseHttp"),
    },
    {
      name: "native",
      internal: 9000,
      ...onHost(settings, "portClickhouseNative"),
    },
  ],
  networks: ["data"],
  env: {
    CLICKHOUSE_USER: "langtrace",
    CLICKHOUSE_PASSWORD: secret("langtrace-clickhouse-password"),
  },
  // By the host's name: the server that initialises an empty volume listens on 127.0.0.1 only.
  health: httpProbe(LANGTRACE_CLICKHOUSE.port, "/ping", "$HOSTNAME"),
  tmpfs: {
    "/tmp": "rw,noexec,nosuid,size=16m,mode=1777",
    // The entrypoint writes the user here that the environment names.
    "/etc/clickhouse-server/users.d": "rw,noexec,nosuid,size=1m,uid=101,gid=101",
    "/var/log/clickhouse-server": "rw,noexec,nosuid,size=32m,uid=101,gid=101",
  },
  memory: "768MB",
  user: "101:101",
  stop: { signal: "SIGTERM", grace: "30s" },
}));
