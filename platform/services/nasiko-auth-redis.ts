import { defineService } from "./define-service.ts";
import { secret, text, type SecretRef, type Template } from "./env-value.ts";
import { REDIS_IMAGE } from "./redis.ts";
import { shell } from "./service-spec.ts";
import { endpoint } from "./endpoint.ts";

const AUTH_REDIS = endpoint("nasiko-auth-redis", 6379);
const PASSWORD: SecretRef = secret("auth-redis-password");

export const AUTH_REDIS_URL: Template = text`redis://:${PASSWORD}@${AUTH_REDIS.address}/0`;

/** Nothing in it outlives it: what it forgets is asked of MongoDB, or counted again. */
export const nasikoAuthRedis = defineService(() => ({
  kind: "service",
  name: AUTH_REDIS.host,
  summary: "Remembers who a token belongs to, and counts wrong logins",
  layer: "data",
  role: "store",
  modes: ["enterprise"],
  image: REDIS_IMAGE,
  // The password stays out of the command line, which everybody on the machine can read.
  entrypoint: ["sh", "-c"],
  command: [
    `printf 'requirepass %s\\nsave ""\\nmaxmemory 64mb\\nmaxmemory-policy allkeys-lru\\ndir /tmp\\n' "$REDISCLI_AUTH" | exec redis-server -`,
  ],
  networks: ["data"],
  env: { REDISCLI_AUTH: PASSWORD },
  health: shell("redis-cli ping | grep -q PONG"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m,mode=1777" },
  memory: "128MB",
  user: "999:999",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
