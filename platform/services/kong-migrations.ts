import { defineService } from "./define-service.ts";
import { KONG_DATABASE_ENV, KONG_IMAGE, KONG_SCRATCH, KONG_USER } from "./kong-settings.ts";

export const kongMigrations = defineService(() => ({
  kind: "job",
  name: "kong-migrations",
  summary: "Brings the gateway's database to the version of its image",
  layer: "gateway",
  image: KONG_IMAGE,
  // `bootstrap` does nothing on a database that has tables, so a new image needs `up` and `finish` as well.
  command: ["bash", "-c", "kong migrations bootstrap && kong migrations up && kong migrations finish"],
  networks: ["data"],
  env: KONG_DATABASE_ENV,
  dependsOn: { "kong-database": "healthy" },
  tmpfs: KONG_SCRATCH,
  memory: "256MB",
  user: KONG_USER,
  stop: { signal: "SIGTERM", grace: "10s" },
}));
