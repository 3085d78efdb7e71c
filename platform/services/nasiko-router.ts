import { defineService, onHost } from "./define-service.ts";
import { given, modelKeys } from "./given.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { httpProbe } from "./http-probe.ts";
import { OLLAMA } from "./ollama-settings.ts";
import { platformImage } from "./service-spec.ts";
import { GATEWAY } from "./kong.ts";
import { BACKEND } from "./nasiko-backend.ts";
import { CHAT } from "./nasiko-chat-history.ts";
import { telemetryEnv } from "./telemetry-env.ts";

const PORT = 8000;

export const nasikoRouter = defineService(({ settings, has }) => ({
  kind: "service",
  name: "nasiko-router",
  summary: "Finds the agent that fits a question, hands it over and streams the answer",
  layer: "app",
  image: platformImage("nasiko-router"),
  networks: ["app"],
  ports: [{ name: "http", internal: PORT, ...onHost(settings, "portRouter") }],
  env: {
    ...telemetryEnv({ settings, has }, "nasiko-router"),
    AUTH_MODE: settings.authMode,
    ...allowedHostsEnv(settings, "nasiko-router"),
    NASIKO_BACKEND: `${BACKEND.url}/api/v1`,
    KONG_GATEWAY_URL: GATEWAY.url,
    // The registry as callers see it: it tells each which agents they may use.
    KONG_SERVICE_REGISTRY_URL: GATEWAY.url,
    // Without the one nothing is recorded, without the other no local model is asked.
    ...(has("nasiko-chat-history") ? { CHAT_SERVICE_URL: CHAT.url } : {}),
    ...(has("ollama") ? { OLLAMA_SERVER: OLLAMA.url } : {}),
    PORT: String(PORT),
    MAX_FILE_SIZE: String(settings.maxFileSize),
    REQUEST_TIMEOUT: String(settings.requestTimeout),
    MAX_CONCURRENT_REQUESTS: String(settings.maxConcurrentRequests),
    ...modelKeys(settings),
    ...given({
      ROUTER_LLM_PROVIDER: settings.routerLlmProvider,
      ROUTER_LLM_MODEL: settings.routerLlmModel,
      EMBEDDING_PROVIDER: settings.embeddingProvider,
      EMBEDDING_MODEL: settings.embeddingModel,
    }),
  },
  dependsOn: { kong: "healthy", "kong-service-registry": "healthy", "nasiko-backend": "healthy" },
  // 200 only while gateway, service registry and backend answer.
  health: httpProbe(PORT, "/health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "192MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
