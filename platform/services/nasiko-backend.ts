import { authClientEnv, needsAuth } from "./auth-settings.ts";
import { defineService, onHost } from "./define-service.ts";
import { given } from "./given.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { httpProbe } from "./http-probe.ts";
import {
  agentBases,
  agentImagesRegistry,
  AGENTS_VOLUME,
  publicGatewayUrl,
  REGISTRY_TOKEN,
  SERVICE_TOKEN,
} from "./platform-settings.ts";
import { platformImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";
import { GATEWAY } from "./kong.ts";
import { SERVICE_REGISTRY } from "./kong-service-registry.ts";
import { mongoLogin, needsMongo } from "./mongo-accounts.ts";
import { MONGODB } from "./mongodb.ts";
import { CHAT } from "./nasiko-chat-history.ts";
import { REDIS_URL } from "./redis.ts";
import { telemetryEnv } from "./telemetry-env.ts";

export const BACKEND = endpoint("nasiko-backend", 8000);

export const nasikoBackend = defineService(({ settings, has }) => {
  const login = mongoLogin(settings, "nasiko-backend");
  return {
    kind: "service",
    name: BACKEND.host,
    summary: "The platform's API: agents, uploads, deployments, search",
    layer: "app",
    role: "controller",
    reachableBy: ["host"],
    image: platformImage("nasiko-backend"),
    volumes: [AGENTS_VOLUME],
    networks: ["control", "app", "data"],
    ports: [{ name: "http", internal: BACKEND.port, ...onHost(settings, "portBackend") }],
    env: {
      ...telemetryEnv({ settings, has }, "nasiko-backend"),
      ...authClientEnv(settings),
      ...allowedHostsEnv(settings, BACKEND.host),
      MONGO_NASIKO_HOST: MONGODB.host,
      MONGO_NASIKO_PORT: String(MONGODB.port),
      MONGO_NASIKO_USER: login.user,
      MONGO_NASIKO_PASSWORD: login.password,
      MONGO_NASIKO_DATABASE: settings.mongoDatabase,
      MONGO_AUTH_SOURCE: "admin",
      REDIS_URL,
      NASIKO_API_URL: BACKEND.url,
      NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
      AGENTS_ROOT: AGENTS_VOLUME.path,
      UPLOAD_AGENTS_PER_USER: String(settings.uploadAgents),
      UPLOAD_VERSIONS_KEPT: String(settings.uploadVersions),
      UPLOAD_MB_PER_USER: String(settings.uploadSize),
      ...agentBases(settings),
      ...given({ AGENT_REGISTRY_PUSH: agentImagesRegistry(settings, has)?.push }),
      PUBLIC_GATEWAY_URL: publicGatewayUrl(settings),
      ...(has("kong") ? { GATEWAY_URL: GATEWAY.url } : {}),
      ...(has("kong-service-registry")
        ? { KONG_SERVICE_REGISTRY_URL: SERVICE_REGISTRY.url, NASIKO_REGISTRY_TOKEN: REGISTRY_TOKEN }
        : {}),
      ...(has("nasiko-chat-history") ? { CHAT_SERVICE_URL: CHAT.url } : {}),
    },
    dependsOn: { ...needsMongo(settings), redis: "healthy", ...needsAuth(settings) },
    // Asks MongoDB and Redis.
    health: httpProbe(BACKEND.port, "/api/v1/healthcheck"),
    tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
    memory: "224MB",
    user: "1000:1000",
    stop: { signal: "SIGTERM", grace: "15s" },
  };
});
