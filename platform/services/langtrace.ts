import { hostPort } from "../settings/ports.ts";
import { defineService, onHost } from "./define-service.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { httpProbe } from "./http-probe.ts";
import { secret, text } from "./env-value.ts";
import { publicImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";
import { LANGTRACE_CLICKHOUSE } from "./langtrace-clickhouse.ts";
import { LANGTRACE_POSTGRES } from "./langtrace-postgres.ts";

export const LANGTRACE = endpoint("langtrace", 3000);

const USER = "langtrace";
const DATABASE = "langtrace";

/** Made by the first start, with a generated password. */
const ADMIN = "admin@nasiko.local";
const POSTGRES_URL = text`postgresql://${USER}:${secret("langtrace-postgres-password")}@${LANGTRACE_POSTGRES.address}/${DATABASE}`;

export const langtrace = defineService(({ settings }) => {
  const url = `http://${settings.engineHost}:${hostPort(settings, "portLangtrace")}`;
  return {
    kind: "service",
    name: LANGTRACE.host,
    summary: "Traces of agents and their language models, by project",
    layer: "observability",
    reachableBy: ["host"],
    profile: "observability",
    image: publicImage("scale3labs/langtrace-client", "4.0.11"),
    networks: ["app", "data"],
    ports: [
      {
        name: "http",
        internal: LANGTRACE.port,
        ...onHost(settings, "portLangtrace"),
        url: { label: "Langtrace", path: "/", login: { user: ADMIN, secret: "langtrace-admin-password" } },
      },
    ],
    env: {
      ...allowedHostsEnv(settings, LANGTRACE.host),
      POSTGRES_HOST: LANGTRACE_POSTGRES.address,
      POSTGRES_USER: USER,
      POSTGRES_PASSWORD: secret("langtrace-postgres-password"),
      POSTGRES_DATABASE: DATABASE,
      POSTGRES_DB: DATABASE,
      POSTGRES_URL,
      POSTGRES_PRISMA_URL: POSTGRES_URL,
      POSTGRES_URL_NO_SSL: POSTGRES_URL,
      POSTGRES_URL_NON_POOLING: POSTGRES_URL,
      CLICK_HOUSE_HOST: LANGTRACE_CLICKHOUSE.url,
      CLICK_HOUSE_USER: USER,
      CLICK_HOUSE_PASSWORD: secret("langtrace-clickhouse-password"),
      CLICK_HOUSE_DATABASE_NAME: "langtrace_traces",
      ADMIN_EMAIL: ADMIN,
      ADMIN_PASSWORD: secret("langtrace-admin-password"),
      NEXTAUTH_SECRET: secret("langtrace-session-secret"),
      NEXTAUTH_URL: url,
      NEXTAUTH_URL_INTERNAL: `http://127.0.0.1:${LANGTRACE.port}`,
      NEXT_PUBLIC_APP_NAME: "Langtrace AI",
      NEXT_PUBLIC_ENVIRONMENT: "production",
      NEXT_PUBLIC_HOST: url,
      NEXT_PUBLIC_ENABLE_ADMIN_LOGIN: "true",
    },
    // The official image gives up at once when PostgreSQL does not answer.
    dependsOn: { "langtrace-postgres": "healthy", "langtrace-clickhouse": "healthy" },
    health: httpProbe(LANGTRACE.port, "/api/auth/providers"),
    // The official image's start migrates the database with tools that insist on writing beside themselves, as root;
    // without capabilities it can do no more than that.
    readOnly: false,
    memory: "768MB",
    user: "0:0",
    stop: { signal: "SIGTERM", grace: "15s" },
  };
});
