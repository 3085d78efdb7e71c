import { defineService } from "./define-service.ts";
import { MONGO_HEALTH, MONGO_IMAGE, MONGO_SCRATCH, MONGO_USER } from "./mongo-settings.ts";
import { secret } from "./service-spec.ts";

/** Name of the administrator; the platform's services log in with it. */
export const MONGODB_ADMIN = "admin";

export const mongodb = defineService(({ settings }) => ({
  kind: "service",
  name: "mongodb",
  summary: "Agents, users and chat histories of the platform",
  layer: "data",
  image: MONGO_IMAGE,
  volumes: [{ volume: "mongodb-data", path: "/data/db" }],
  ports: [{ name: "mongodb", internal: 27017, host: settings.portMongodb, setting: "NASIKO_PORT_MONGODB" }],
  networks: ["data"],
  env: {
    MONGO_INITDB_ROOT_USERNAME: MONGODB_ADMIN,
    MONGO_INITDB_ROOT_PASSWORD: secret("mongodb-password"),
  },
  health: MONGO_HEALTH,
  tmpfs: MONGO_SCRATCH,
  memory: "512MB",
  user: MONGO_USER,
  stop: { signal: "SIGTERM", grace: "30s" },
}));
