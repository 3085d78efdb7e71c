import { defineService } from "./define-service.ts";
import { kongDatabasePassword } from "./kong-settings.ts";
import { POSTGRES_IMAGE } from "./postgres-image.ts";
import { shell } from "./service-spec.ts";

export const kongDatabase = defineService(({ settings }) => ({
  kind: "service",
  name: "kong-database",
  summary: "PostgreSQL that keeps the gateway's services, routes and plugins",
  layer: "data",
  role: "store",
  image: POSTGRES_IMAGE,
  volumes: [{ volume: "kong-database-data", path: "/var/lib/postgresql" }],
  networks: ["data"],
  env: {
    POSTGRES_DB: settings.kongDatabaseName,
    POSTGRES_USER: settings.kongDatabaseUser,
    POSTGRES_PASSWORD: kongDatabasePassword(settings),
  },
  // Over TCP: the server that initialises an empty volume listens on the socket only.
  health: shell(`pg_isready -q -h 127.0.0.1 -U ${settings.kongDatabaseUser} -d ${settings.kongDatabaseName}`),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m", "/run/postgresql": "rw,noexec,nosuid,size=1m,mode=1777" },
  memory: "256MB",
  user: "999:999",
  // Fast shutdown; on SIGTERM PostgreSQL would wait for its clients to leave.
  stop: { signal: "SIGINT", grace: "30s" },
}));
