import { defineService, onHost } from "./define-service.ts";
import { httpProbe } from "./http-probe.ts";
import { OLLAMA_IMAGE, OLLAMA_PORT, OLLAMA_SCRATCH, OLLAMA_USER } from "./ollama-settings.ts";

export const ollama = defineService(({ settings }) => ({
  kind: "service",
  name: "ollama",
  summary: "Language models on this machine",
  layer: "models",
  reachableBy: ["host", "agents"],
  profile: "models",
  image: OLLAMA_IMAGE,
  networks: ["app", "agents"],
  volumes: [{ volume: "ollama-models", path: "/root/.ollama" }],
  ports: [{ name: "http", internal: OLLAMA_PORT, ...onHost(settings, "portOllama") }],
  env: { OLLAMA_HOST: `0.0.0.0:${OLLAMA_PORT}` },
  // Without starting a program: the official image has no curl, but bash.
  health: httpProbe(OLLAMA_PORT, "/api/version"),
  tmpfs: OLLAMA_SCRATCH,
  // What a model of a billion parameters needs; without a loaded model it is a fraction.
  memory: "2GB",
  user: OLLAMA_USER,
  stop: { signal: "SIGTERM", grace: "10s" },
}));
