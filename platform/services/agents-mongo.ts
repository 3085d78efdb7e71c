import { defineService } from "./define-service.ts";
import { MONGO_HEALTH, MONGO_IMAGE, MONGO_SCRATCH, MONGO_USER } from "./mongo-settings.ts";
import { secret } from "./env-value.ts";

export const agentsMongo = defineService(() => ({
  kind: "service",
  name: "agents-mongo",
  summary: "Optional MongoDB for agents that keep data of their own, e.g. the compliance checker",
  layer: "data",
  role: "store",
  reachableBy: ["agents"],
  optional: true,
  image: MONGO_IMAGE,
  volumes: [{ volume: "agents-mongo-data", path: "/data/db" }],
  // The agents' own: it is the one store that they reach, and it holds nothing of the platform.
  networks: ["agents"],
  env: {
    MONGO_INITDB_ROOT_USERNAME: "agents",
    MONGO_INITDB_ROOT_PASSWORD: secret("agents-mongo-password"),
  },
  health: MONGO_HEALTH,
  tmpfs: MONGO_SCRATCH,
  memory: "512MB",
  user: MONGO_USER,
  stop: { signal: "SIGTERM", grace: "30s" },
}));
