import { z } from "zod";
import { type Environment, authMode, httpUrl, listenHost, readVariables } from "../../lib/settings.ts";
import type { ModelOptions } from "./choose/language-model.ts";

/** What the router is told by its environment. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly gatewayUrl: string;
  readonly registryUrl: string;
  readonly backendUrl: string;
  /** Mode `enterprise`: agents that the backend does not show to the caller do not exist for them. */
  readonly onlyVisible: boolean;
  /** Undefined: nothing is recorded. */
  readonly chatUrl: string | undefined;
  /** Bytes of a request, files included. */
  readonly largestRequest: number;
  /** Milliseconds until a request is given up. */
  readonly requestTimeout: number;
  readonly concurrency: number;
  /** Chooses among close candidates; undefined: none is configured. */
  readonly model: ModelOptions | undefined;
  readonly embedding: ModelOptions | undefined;
}

const text = z.string().default("");
const whole = (least: number, most: number, preset: number): z.ZodType<number> =>
  z.coerce
    .number({ error: `must be a number from ${least} to ${most}` })
    .int(`must be a whole number`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .default(preset);

const Variables = z
  .object({
    HOST: listenHost,
    PORT: whole(0, 65535, 8000),
    KONG_GATEWAY_URL: httpUrl.default("http://kong:8000"),
    KONG_SERVICE_REGISTRY_URL: httpUrl.default("http://kong-service-registry:8080"),
    NASIKO_BACKEND: httpUrl.default("http://nasiko-backend:8000/api/v1"),
    AUTH_MODE: authMode,
    CHAT_SERVICE_URL: httpUrl.optional(),
    MAX_FILE_SIZE: whole(1024, 100 * 1024 * 1024, 10 * 1024 * 1024),
    REQUEST_TIMEOUT: whole(1, 300, 60),
    MAX_CONCURRENT_REQUESTS: whole(1, 1000, 10),
    ROUTER_LLM_PROVIDER: z.enum(["openai", "openrouter", "minimax", "ollama", "none"]).optional(),
    ROUTER_LLM_MODEL: text,
    EMBEDDING_PROVIDER: z.enum(["openai", "jina", "ollama", "none"]).optional(),
    EMBEDDING_MODEL: text,
    OPENAI_API_KEY: text,
    OPENAI_BASE_URL: httpUrl.default("https://api.openai.com/v1"),
    OPENROUTER_API_KEY: text,
    OPENROUTER_BASE_URL: httpUrl.default("https://openrouter.ai/api/v1"),
    MINIMAX_API_KEY: text,
    MINIMAX_BASE_URL: httpUrl.default("https://api.minimax.io/v1"),
    JINA_API_KEY: text,
    JINA_BASE_URL: httpUrl.default("https://api.jina.ai/v1"),
    OLLAMA_SERVER: httpUrl.optional(),
  })
  .superRefine((value, context) => {
    const needs = (
      variable: "ROUTER_LLM_PROVIDER" | "EMBEDDING_PROVIDER",
      provider: string | undefined,
    ): void => {
      if (provider === undefined || provider === "none" || keyOf(provider, value) !== undefined) return;
      const missing = provider === "ollama" ? "OLLAMA_SERVER" : `${provider.toUpperCase()}_API_KEY`;
      context.addIssue({
        code: "custom",
        path: [variable],
        message: `is ${provider}, which needs ${missing}`,
      });
    };
    needs("ROUTER_LLM_PROVIDER", value.ROUTER_LLM_PROVIDER);
    needs("EMBEDDING_PROVIDER", value.EMBEDDING_PROVIDER);
  });

type Values = z.output<typeof Variables>;

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(variables: Environment): Settings {
  // An empty variable is one that nobody set: compose files and shells cannot say it otherwise.
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const value = readVariables(Variables, set);
  return {
    host: value.HOST,
    port: value.PORT,
    gatewayUrl: value.KONG_GATEWAY_URL,
    registryUrl: value.KONG_SERVICE_REGISTRY_URL,
    backendUrl: value.NASIKO_BACKEND,
    onlyVisible: value.AUTH_MODE === "enterprise",
    chatUrl: value.CHAT_SERVICE_URL,
    largestRequest: value.MAX_FILE_SIZE,
    requestTimeout: value.REQUEST_TIMEOUT * 1000,
    concurrency: value.MAX_CONCURRENT_REQUESTS,
    model: modelOf(value),
    embedding: embeddingOf(value),
  };
}

/** The key of a provider, empty where it needs none; undefined when the provider is not configured. */
function keyOf(provider: string, value: Values): string | undefined {
  const keys: Readonly<Record<string, string | undefined>> = {
    openai: value.OPENAI_API_KEY,
    openrouter: value.OPENROUTER_API_KEY,
    minimax: value.MINIMAX_API_KEY,
    jina: value.JINA_API_KEY,
  };
  if (provider === "ollama") return value.OLLAMA_SERVER === undefined ? undefined : "";
  return keys[provider] === "" ? undefined : keys[provider];
}

function modelOf(value: Values): ModelOptions | undefined {
  // A local model is asked only on request: without a fast machine it makes every answer wait.
  const configured = (["openai", "openrouter", "minimax"] as const).find(
    (name) => keyOf(name, value) !== undefined,
  );
  const provider = value.ROUTER_LLM_PROVIDER ?? configured;
  if (provider === undefined || provider === "none") return undefined;
  const presets = {
    openai: { baseUrl: value.OPENAI_BASE_URL, model: "gpt-4o-mini" },
    openrouter: { baseUrl: value.OPENROUTER_BASE_URL, model: "google/gemini-2.5-flash" },
    minimax: { baseUrl: value.MINIMAX_BASE_URL, model: "MiniMax-M2" },
    ollama: { baseUrl: `${value.OLLAMA_SERVER ?? ""}/v1`, model: "llama3.2:1b" },
  };
  return options(provider, presets[provider], value.ROUTER_LLM_MODEL, value);
}

function embeddingOf(value: Values): ModelOptions | undefined {
  const configured = (["jina", "openai"] as const).find((name) => keyOf(name, value) !== undefined);
  // Whoever has the router ask Ollama has its embeddings in the same place.
  const local = value.ROUTER_LLM_PROVIDER === "ollama" ? "ollama" : undefined;
  // Who wants no model to read what users ask, means these, too.
  const silent = value.ROUTER_LLM_PROVIDER === "none" ? "none" : undefined;
  const provider = value.EMBEDDING_PROVIDER ?? silent ?? local ?? configured;
  if (provider === undefined || provider === "none") return undefined;
  const presets = {
    openai: { baseUrl: value.OPENAI_BASE_URL, model: "text-embedding-3-small" },
    jina: { baseUrl: value.JINA_BASE_URL, model: "jina-embeddings-v3" },
    ollama: { baseUrl: value.OLLAMA_SERVER ?? "", model: "nomic-embed-text" },
  };
  return options(provider, presets[provider], value.EMBEDDING_MODEL, value);
}

function options(
  provider: string,
  preset: { readonly baseUrl: string; readonly model: string },
  chosen: string,
  value: Values,
): ModelOptions {
  return {
    provider,
    baseUrl: preset.baseUrl,
    model: chosen === "" ? preset.model : chosen,
    key: keyOf(provider, value) ?? "",
  };
}
