import type { Settings } from "../settings/settings.ts";
import { defineService } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { platformImage, sensitive, type EnvValue } from "./service-spec.ts";

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
    ...modelEnv(settings),
  },
  dependsOn: { kong: "healthy", "kong-service-registry": "healthy", "nasiko-backend": "healthy" },
  // 200 only while gateway, service registry and backend answer.
  health: httpProbe(8000, "/health"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "192MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));

/** Models are optional: a variable that is not there is a provider that is not asked. */
function modelEnv(settings: Settings): Readonly<Record<string, EnvValue>> {
  const keys = {
    OPENAI_API_KEY: settings.openaiApiKey,
    OPENROUTER_API_KEY: settings.openrouterApiKey,
    MINIMAX_API_KEY: settings.minimaxApiKey,
    JINA_API_KEY: settings.jinaApiKey,
  };
  const names = {
    MINIMAX_BASE_URL: settings.minimaxBaseUrl,
    ROUTER_LLM_PROVIDER: settings.routerLlmProvider,
    ROUTER_LLM_MODEL: settings.routerLlmModel,
  };
  const set: readonly (readonly [string, EnvValue])[] = [
    ...Object.entries(keys).flatMap(([name, key]) => pair(name, key === undefined ? key : sensitive(key))),
    ...Object.entries(names).flatMap(([name, value]) => pair(name, value)),
  ];
  return Object.fromEntries(set);
}

const pair = (name: string, value: EnvValue | undefined): readonly (readonly [string, EnvValue])[] =>
  value === undefined ? [] : [[name, value]];
