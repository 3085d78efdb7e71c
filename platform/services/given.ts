import type { Settings } from "../settings/settings.ts";
import { sensitive, type EnvValue, type SensitiveText } from "./env-value.ts";

/** Variables without those that have no value: what is not there is not configured. */
export function given(
  variables: Readonly<Record<string, EnvValue | undefined>>,
): Readonly<Record<string, EnvValue>> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A secret from the settings, when there is one. */
export const confidential = (value: string | undefined): SensitiveText | undefined =>
  value === undefined ? undefined : sensitive(value);

/** Providers of language models that somebody has a key for. */
export const modelKeys = (settings: Settings): Readonly<Record<string, EnvValue>> =>
  given({
    OPENAI_API_KEY: confidential(settings.openaiApiKey),
    OPENROUTER_API_KEY: confidential(settings.openrouterApiKey),
    MINIMAX_API_KEY: confidential(settings.minimaxApiKey),
    MINIMAX_BASE_URL: settings.minimaxBaseUrl,
    JINA_API_KEY: confidential(settings.jinaApiKey),
  });
