import type { Settings } from "../settings/settings.ts";
import { defineService, onHost } from "./define-service.ts";
import { MONGO_HEALTH, MONGO_IMAGE, MONGO_SCRATCH, MONGO_USER } from "./mongo-settings.ts";
import { mongoPassword } from "./platform-settings.ts";
import { endpoint } from "./endpoint.ts";
import { text, type Template } from "./env-value.ts";

export const MONGODB = endpoint("mongodb", 27_017);

/** As its administrator, for the services that take a URL. */
export const mongoUrl = (settings: Settings): Template =>
  text`mongodb://${settings.mongoRootUser}:${mongoPassword(settings)}@${MONGODB.address}/?authSource=admin`;

export const mongodb = defineService(({ settings }) => ({
  kind: "service",
  name: MONGODB.host,
  summary: "Agents, users and chat histories of the platform",
  layer: "data",
  role: "store",
  image: MONGO_IMAGE,
  volumes: [{ volume: "mongodb-data", path: "/data/db" }],
  ports: [{ name: "mongodb", internal: MONGODB.port, ...onHost(settings, "portMongodb") }],
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
