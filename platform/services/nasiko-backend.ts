import { defineService } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { MONGODB_ADMIN } from "./mongodb.ts";
import {
  AGENTS_VOLUME,
  BACKEND_URL,
  CHAT_URL,
  GATEWAY_URL,
  publicGatewayUrl,
  REDIS_URL,
  SERVICE_REGISTRY_URL,
  SERVICE_TOKEN,
} from "./platform-settings.ts";
import { platformImage, secret } from "./service-spec.ts";

export const nasikoBackend = defineService(({ settings, has }) => ({
  kind: "service",
  name: "nasiko-backend",
  summary: "The platform's API: agents, uploads, deployments, search",
  layer: "app",
  image: platformImage("nasiko-backend"),
  volumes: [AGENTS_VOLUME],
  networks: ["app", "data"],
  ports: [{ name: "http", internal: 8000, host: settings.portBackend, setting: "NASIKO_PORT_BACKEND" }],
  env: {
    AUTH_MODE: settings.authMode,
    MONGO_NASIKO_HOST: "mongodb",
    MONGO_NASIKO_PORT: "27017",
    MONGO_NASIKO_USER: MONGODB_ADMIN,
    MONGO_NASIKO_PASSWORD: secret("mongodb-password"),
    MONGO_NASIKO_DATABASE: "nasiko",
    MONGO_AUTH_SOURCE: "admin",
    REDIS_HOST: "redis",
    REDIS_PORT: "6379",
    REDIS_URL,
    K8S_ENABLED: "false",
    NASIKO_API_URL: BACKEND_URL,
    NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
    AGENTS_ROOT: AGENTS_VOLUME.path,
    PUBLIC_GATEWAY_URL: publicGatewayUrl(settings),
    ...(has("kong") ? { GATEWAY_URL } : {}),
    ...(has("kong-service-registry") ? { KONG_SERVICE_REGISTRY_URL: SERVICE_REGISTRY_URL } : {}),
    ...(has("nasiko-chat-history") ? { CHAT_SERVICE_URL: CHAT_URL } : {}),
  },
  dependsOn: { mongodb: "healthy", redis: "healthy" },
  // Asks MongoDB and Redis.
  health: httpProbe(8000, "/api/v1/healthcheck"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=16m" },
  memory: "224MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "15s" },
}));
