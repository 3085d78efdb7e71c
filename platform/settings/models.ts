import { z } from "zod";

import { defineSetting } from "./define-setting.ts";
import { optionalText, type OptionalText } from "./optional-text.ts";

/** Keys and names of language models. Without any, the router ranks agents by the text of their cards. */
export const MODEL_SETTINGS = {
  openaiApiKey: apiKey("OPENAI_API_KEY", "OpenAI"),
  openrouterApiKey: apiKey("OPENROUTER_API_KEY", "OpenRouter"),
  minimaxApiKey: apiKey("MINIMAX_API_KEY", "MiniMax"),
  jinaApiKey: apiKey("JINA_API_KEY", "Jina"),
  minimaxBaseUrl: optionalText("MINIMAX_BASE_URL", "a URL", "Address of MiniMax's API"),
  routerLlmProvider: defineSetting({
    env: "ROUTER_LLM_PROVIDER",
    stackConfig: true,
    schema: z.enum(["openai", "openrouter", "minimax", "ollama", "none"]).optional(),
    default: undefined,
    allowed: "openai, openrouter, minimax, ollama or none",
    help: "Who picks among close candidates (default: whichever has a key, else none)",
  }),
  routerLlmModel: optionalText(
    "ROUTER_LLM_MODEL",
    "a model's name",
    "Model that picks among close candidates",
  ),
  embeddingProvider: defineSetting({
    env: "EMBEDDING_PROVIDER",
    stackConfig: true,
    schema: z.enum(["openai", "jina", "ollama", "none"]).optional(),
    default: undefined,
    allowed: "openai, jina, ollama or none",
    help: "Who measures how near a question and an agent are (default: whichever has a key, else none)",
  }),
  embeddingModel: optionalText("EMBEDDING_MODEL", "a model's name", "Model of EMBEDDING_PROVIDER"),
  ollamaModels: defineSetting({
    env: "NASIKO_OLLAMA_MODELS",
    stackConfig: true,
    schema: z.string().transform((text) =>
      text
        .split(",")
        .map((model) => model.trim())
        .filter((model) => model !== ""),
    ),
    default: "",
    allowed: "names of models with commas between, e.g. llama3.2:1b",
    help: "Models that ollama-model-init pulls",
  }),
} as const;

function apiKey(env: string, provider: string): OptionalText {
  return { ...optionalText(env, "a key", `Key of ${provider}'s API`), secret: true };
}
