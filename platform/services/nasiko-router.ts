import { defineService, onHost } from "./define-service.ts";
import { given, modelKeys } from "./given.ts";
import { httpProbe } from "./http-probe.ts";
import { OLLAMA_PORT } from "./ollama-settings.ts";
import { CHAT_URL } from "./platform-settings.ts";
import { platformImage } from "./service-spec.ts";

export const nasikoRouter = defineService(({ settings, has }) => ({
  kind: "service",
  name: "nasiko-router",
  summary: "Finds the agent that fits a question, hands it over and streams the answer",
  layer: "app",
  image: platformImage("nasiko-router"),
  networks: ["app"],
  ports: [{ name: "http", internal: 8000, ...onHost(settings, "portRouter") }],
  env: {
    AUTH_MODE: settings.authMode,
    NASIKO_BACKEND: "http://nasiko-backend:8000/api/v1",
    KONG_GATEWAY_URL: "http://kong:8000",
    KONG_SERVICE_REGISTRY_URL: "http://kong-service-registry:8080",
    // Without the one nothing is recorded, without the other no local model is asked.
    ...(has("nasiko-chat-history") ? { CHAT_SERVICE_URL: CHAT_URL } : {}),
    ...(has("ollama") ? { OLLAMA_SERVER: `http://ollama:${OLLAMA_PORT}` } : {}),
    VECTOR_STORE_CACHE_TTL: String(settings.vectorCacheSeconds),
    PORT: "8000",
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
  health: httpProbe(8000, "/health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "192MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
