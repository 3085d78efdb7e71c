import { defineService } from "./define-service.ts";
import { closedGateway } from "./gateway-closed.ts";
import { kongDatabaseEnv, KONG_IMAGE, KONG_SCRATCH, KONG_USER } from "./kong-settings.ts";

/**
 * `bootstrap` does nothing on a database that has tables, so a new image needs `up` and `finish` as well. The gateway is
 * closed here and not by Kong itself: this job runs again for another mode or a new network, before anything else is
 * replaced, and not for a restart of Kong, which keeps its routes.
 */
const COMMAND = [
  "kong migrations bootstrap",
  "kong migrations up",
  "kong migrations finish",
  `printf %s "$NASIKO_GATEWAY_CLOSED" > /tmp/closed.json`,
  "kong config db_import /tmp/closed.json",
].join(" && ");

export const kongMigrations = defineService(({ settings }) => ({
  kind: "job",
  name: "kong-migrations",
  summary:
    "Brings the gateway's database to the version of its image, and closes the gateway until it is guarded",
  layer: "gateway",
  image: KONG_IMAGE,
  command: ["bash", "-c", COMMAND],
  networks: ["data"],
  env: {
    ...kongDatabaseEnv(settings),
    NASIKO_GATEWAY_CLOSED: closedGateway(settings),
    // An import would wait for its report to arrive, and a machine without the Internet for long.
    KONG_ANONYMOUS_REPORTS: "off",
  },
  dependsOn: { "kong-database": "healthy" },
  tmpfs: KONG_SCRATCH,
  memory: "256MB",
  user: KONG_USER,
  stop: { signal: "SIGTERM", grace: "10s" },
}));
