import { defineService, onHost } from "./define-service.ts";
import { secret } from "./env-value.ts";
import { POSTGRES_IMAGE } from "./postgres-image.ts";
import { shell } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

export const LANGTRACE_POSTGRES = endpoint("langtrace-postgres", 5432);

export const langtracePostgres = defineService(({ settings }) => ({
  kind: "service",
  name: LANGTRACE_POSTGRES.host,
  summary: "PostgreSQL that keeps Langtrace's projects, users and API keys",
  layer: "observability",
  role: "store",
  profile: "observability",
  image: POSTGRES_IMAGE,
  volumes: [{ volume: "langtrace-postgres-data", path: "/var/lib/postgresql" }],
  ports: [
    {
      name: "postgres",
      internal: LANGTRACE_POSTGRES.port,
      ...onHost(settings, "portLangtracePg"),
    },
  ],
  networks: ["data"],
  env: {
    POSTGRES_DB: "langtrace",
    POSTGRES_USER: "langtrace",
    POSTGRES_PASSWORD: secret("langtrace-postgres-password"),
  },
  // Over TCP: the server that initialises an empty volume listens on the socket only.
  health: shell("pg_isready -q -h 127.0.0.1 -U langtrace -d langtrace"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m", "/run/postgresql": "rw,noexec,nosuid,size=1m,mode=1777" },
  memory: "256MB",
  user: "999:999",
  // Fast shutdown; on SIGTERM PostgreSQL would wait for its clients to leave.
  stop: { signal: "SIGINT", grace: "30s" },
}));
