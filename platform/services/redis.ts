import { defineService, onHost } from "./define-service.ts";
import { secret, text, type SecretRef, type Template } from "./env-value.ts";
import { publicImage, shell } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

/** The stack's and the auth service's; also what a registry is asked for to find out whether it answers. */
export const REDIS_IMAGE = publicImage("redis", "7.4.11-alpine");

const REDIS = endpoint("redis", 6379);
const PASSWORD: SecretRef = secret("redis-password");

export const REDIS_URL: Template = text`redis://:${PASSWORD}@${REDIS.address}/0`;

const REDIS_UID = 999;

export const redis = defineService(({ settings }) => ({
  kind: "service",
  name: REDIS.host,
  summary: "Streams, status keys and caches of the platform",
  layer: "data",
  role: "store",
  image: REDIS_IMAGE,
  command: ["redis-server", "/etc/redis/nasiko.conf"],
  files: [
    {
      path: "/etc/redis/nasiko.conf",
      content: text`requirepass ${PASSWORD}\nappendonly yes\nappendfsync everysec\ndir /data\n`,
      mode: "0400",
      owner: REDIS_UID,
    },
  ],
  // Docker refuses to copy files into a container whose root file system is read-only.
  readOnly: false,
  volumes: [{ volume: "redis-data", path: "/data" }],
  ports: [{ name: "redis", internal: REDIS.port, ...onHost(settings, "portRedis") }],
  networks: ["data"],
  env: { REDISCLI_AUTH: PASSWORD },
  // The exit code alone says nothing: it is 0 on NOAUTH and while the data is loading.
  health: shell("redis-cli ping | grep -q PONG"),
  memory: "256MB",
  user: `${REDIS_UID}:${REDIS_UID}`,
  stop: { signal: "SIGTERM", grace: "20s" },
}));
