import { defineService } from "./define-service.ts";
import { given, modelKeys } from "./given.ts";
import { httpProbe } from "./http-probe.ts";
import { platformImage } from "./service-spec.ts";

export const nasikoRouter = defineService(({ settings }) => ({
  kind: "service",
  name: "nasiko-router",
  summary: "Finds the agent that fits a question, hands it over and streams the answer",
  layer: "app",
  image: platformImage("nasiko-router"),
  networks: ["app"],
  ports: [{ name: "http", internal: 8000, host: settings.portRouter, setting: "NASIKO_PORT_ROUTER" }],
  env: {
    NASIKO_BACKEND: "http://nasiko-backend:8000/api/v1",
    KONG_GATEWAY_URL: "http://kong:8000",
    KONG_SERVICE_REGISTRY_URL: "http://kong-service-registry:8080",
    CHAT_SERVICE_URL: "http://nasiko-chat-history:8002",
    OLLAMA_SERVER: "http://ollama:11434",
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
