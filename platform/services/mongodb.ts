import { defineService, onHost } from "./define-service.ts";
import { MONGO_HEALTH, MONGO_IMAGE, MONGO_SCRATCH, MONGO_USER } from "./mongo-settings.ts";
import { mongoPassword } from "./platform-settings.ts";

export const mongodb = defineService(({ settings }) => ({
  kind: "service",
  name: "mongodb",
  summary: "Agents, users and chat histories of the platform",
  layer: "data",
  role: "store",
  image: MONGO_IMAGE,
  volumes: [{ volume: "mongodb-data", path: "/data/db" }],
  ports: [{ name: "mongodb", internal: 27017, ...onHost(settings, "portMongodb") }],
  networks: ["data"],
  env: {
    MONGO_INITDB_ROOT_USERNAME: settings.mongoRootUser,
    MONGO_INITDB_ROOT_PASSWORD: mongoPassword(settings),
  },
  health: MONGO_HEALTH,
  tmpfs: MONGO_SCRATCH,
  memory: "512MB",
  user: MONGO_USER,
  stop: { signal: "SIGTERM", grace: "30s" },
}));
