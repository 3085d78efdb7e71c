import { defineService } from "./define-service.ts";
import { kongDatabaseEnv, KONG_IMAGE, KONG_SCRATCH, KONG_USER } from "./kong-settings.ts";

export const kongMigrations = defineService(({ settings }) => ({
  kind: "job",
  name: "kong-migrations",
  summary: "Brings the gateway's database to the version of its image",
  layer: "gateway",
  image: KONG_IMAGE,
  // `bootstrap` does nothing on a database that has tables, so a new image needs `up` and `finish` as well.
  command: ["bash", "-c", "kong migrations bootstrap && kong migrations up && kong migrations finish"],
  networks: ["data"],
  env: kongDatabaseEnv(settings),
  dependsOn: { "kong-database": "healthy" },
  tmpfs: KONG_SCRATCH,
  memory: "256MB",
  user: KONG_USER,
  stop: { signal: "SIGTERM", grace: "10s" },
}));
