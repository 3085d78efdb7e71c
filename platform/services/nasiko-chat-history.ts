import { authClientEnv, needsAuth } from "./auth-settings.ts";
import { defineService, onHost } from "./define-service.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { httpProbe } from "./http-probe.ts";
import { SERVICE_TOKEN } from "./platform-settings.ts";
import { platformImage } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";
import { mongoUrlOf, needsMongo } from "./mongo-accounts.ts";
import { telemetryEnv } from "./telemetry-env.ts";

export const CHAT = endpoint("nasiko-chat-history", 8002);

export const nasikoChatHistory = defineService(({ settings, has }) => ({
  kind: "service",
  name: CHAT.host,
  summary: "Keeps conversations with agents",
  layer: "app",
  role: "controller",
  image: platformImage("nasiko-chat-history"),
  networks: ["control", "app", "data"],
  ports: [{ name: "http", internal: CHAT.port, ...onHost(settings, "portChat") }],
  env: {
    ...telemetryEnv({ settings, has }, "nasiko-chat-history"),
    ...authClientEnv(settings),
    ...allowedHostsEnv(settings, CHAT.host),
    MONGO_URL: mongoUrlOf(settings, "nasiko-chat-history"),
    CHAT_DB_NAME: settings.mongoChatDatabase,
    NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
  },
  dependsOn: { ...needsMongo(settings), ...needsAuth(settings) },
  // Asks MongoDB.
  health: httpProbe(CHAT.port, "/health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "160MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
