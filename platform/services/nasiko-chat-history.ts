import { authClientEnv, needsAuth } from "./auth-settings.ts";
import { defineService, onHost } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { mongoPassword, SERVICE_TOKEN } from "./platform-settings.ts";
import { text } from "./env-value.ts";
import { platformImage } from "./service-spec.ts";

export const nasikoChatHistory = defineService(({ settings }) => ({
  kind: "service",
  name: "nasiko-chat-history",
  summary: "Keeps conversations with agents",
  layer: "app",
  image: platformImage("nasiko-chat-history"),
  networks: ["app", "data"],
  ports: [{ name: "http", internal: 8002, ...onHost(settings, "portChat") }],
  env: {
    ...authClientEnv(settings),
    MONGO_URL: text`mongodb://${settings.mongoRootUser}:${mongoPassword(settings)}@mongodb:27017/?authSource=admin`,
    CHAT_DB_NAME: settings.mongoChatDatabase,
    NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
  },
  dependsOn: { mongodb: "healthy", ...needsAuth(settings) },
  // Asks MongoDB.
  health: httpProbe(8002, "/health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "160MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
