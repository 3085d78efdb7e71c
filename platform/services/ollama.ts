import { defineService, onHost } from "./define-service.ts";
import { allowedHostsEnv } from "./own-names.ts";
import { httpProbe } from "./http-probe.ts";
import { OLLAMA_SERVER, OLLAMA, OLLAMA_IMAGE, OLLAMA_SCRATCH, OLLAMA_USER } from "./ollama-settings.ts";

export const ollama = defineService(({ settings }) => ({
  kind: "service",
  name: OLLAMA.host,
  summary: "Language models on this machine",
  layer: "models",
  reachableBy: ["host"],
  profile: "models",
  image: OLLAMA_IMAGE,
  networks: ["app"],
  aliases: { app: [OLLAMA_SERVER.host] },
  volumes: [{ volume: "ollama-models", path: "/root/.ollama" }],
  ports: [{ name: "http", internal: OLLAMA.port, ...onHost(settings, "portOllama") }],
  env: {
    OLLAMA_HOST: `0.0.0.0:${OLLAMA.port}`,
    ...allowedHostsEnv(settings, OLLAMA.host, OLLAMA_SERVER.host),
  },
  // Without starting a program: the official image has no curl, but bash.
  health: httpProbe(OLLAMA.port, "/api/version"),
  tmpfs: OLLAMA_SCRATCH,
  // What a model of a billion parameters needs; without a loaded model it is a fraction.
  memory: "2GB",
  user: OLLAMA_USER,
  stop: { signal: "SIGTERM", grace: "10s" },
}));
