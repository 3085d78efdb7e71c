import {
  AGENTS_ACCESS_SECRET,
  AUTH_SERVICE,
  AUTH_SERVICE_PORT,
  SUPERUSER_KEY,
  SUPERUSER_SECRET,
} from "./auth-settings.ts";
import { defineService, onHost } from "./define-service.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { httpProbe } from "./http-probe.ts";
import { SERVICE_TOKEN } from "./platform-settings.ts";
import { secret } from "./env-value.ts";
import { platformImage } from "./service-spec.ts";
import { GATEWAY, KONG_ADMIN } from "./kong.ts";
import { mongoUrlOf, needsMongo } from "./mongo-accounts.ts";
import { AUTH_REDIS_URL } from "./nasiko-auth-redis.ts";
import { telemetryEnvByGateway } from "./telemetry-env.ts";

export const nasikoAuthService = defineService(({ settings, has }) => ({
  kind: "service",
  name: AUTH_SERVICE,
  summary: "Users, credentials, tokens and grants; keeps the gateway in step with them",
  layer: "gateway",
  role: "controller",
  reachableBy: ["host"],
  modes: ["enterprise"],
  image: platformImage("nasiko-auth-service"),
  networks: ["control", "data"],
  ports: [{ name: "http", internal: AUTH_SERVICE_PORT, ...onHost(settings, "portAuth") }],
  env: {
    ...telemetryEnvByGateway({ settings, has }, AUTH_SERVICE, GATEWAY.host),
    ...allowedHostsEnv(settings, AUTH_SERVICE),
    MONGO_URL: mongoUrlOf(settings, "nasiko-auth-service"),
    AUTH_DB_NAME: settings.mongoDatabase,
    REDIS_URL: AUTH_REDIS_URL,
    JWT_SECRET: secret("jwt-secret", settings.jwtSecret),
    TOKEN_LIFETIME: String(settings.tokenLifetime),
    SUPERUSER_USERNAME: "admin",
    SUPERUSER_EMAIL: "admin@nasiko.localhost",
    SUPERUSER_ACCESS_KEY: SUPERUSER_KEY,
    SUPERUSER_ACCESS_SECRET: SUPERUSER_SECRET,
    AGENTS_ACCESS_SECRET,
    NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
    PORT: String(AUTH_SERVICE_PORT),
    ...(has("kong") ? { KONG_ADMIN_URL: KONG_ADMIN.url } : {}),
  },
  dependsOn: { ...needsMongo(settings), "nasiko-auth-redis": "healthy" },
  after: { kong: "healthy" },
  // 200 only while MongoDB and Redis answer, and once the gateway knows everybody who may pass.
  health: httpProbe(AUTH_SERVICE_PORT, "/health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "192MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
