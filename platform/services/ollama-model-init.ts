import { defineService } from "./define-service.ts";
import { OLLAMA, OLLAMA_IMAGE, OLLAMA_SCRATCH, OLLAMA_USER } from "./ollama-settings.ts";

/** The names are data in the environment, never part of this line. */
const PULL = [
  `if [ -z "$NASIKO_OLLAMA_MODELS" ]; then echo "NASIKO_OLLAMA_MODELS names no models: nothing to pull"; exit 0; fi`,
  // No patterns: a name is a name.
  "set -f; IFS=,",
  `for model in $NASIKO_OLLAMA_MODELS; do echo "pulling $model"; ollama pull -- "$model" || exit 1; done`,
].join("\n");

export const ollamaModelInit = defineService(({ settings }) => ({
  kind: "job",
  name: "ollama-model-init",
  summary: "Pulls the models that the settings name into Ollama",
  layer: "models",
  profile: "models",
  image: OLLAMA_IMAGE,
  entrypoint: ["bash", "-c"],
  command: [PULL],
  networks: ["app"],
  env: {
    OLLAMA_HOST: OLLAMA.url,
    NASIKO_OLLAMA_MODELS: settings.ollamaModels.join(","),
  },
  dependsOn: { ollama: "healthy" },
  // The server downloads and stores; this only waits for it, as long as some gigabytes may take.
  finishWithin: "60m",
  tmpfs: OLLAMA_SCRATCH,
  memory: "128MB",
  user: OLLAMA_USER,
  stop: { signal: "SIGTERM", grace: "10s" },
}));
