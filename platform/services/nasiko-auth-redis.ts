import { defineService } from "./define-service.ts";
import { secret } from "./env-value.ts";
import { REDIS_IMAGE } from "./redis.ts";
import { shell } from "./service-spec.ts";

/** Nothing in it outlives it: what it forgets is asked of MongoDB, or counted anew. */
export const nasikoAuthRedis = defineService(() => ({
  kind: "service",
  name: "nasiko-auth-redis",
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
  env: { REDISCLI_AUTH: secret("auth-redis-password") },
  health: shell("redis-cli ping | grep -q PONG"),
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m,mode=1777" },
  memory: "128MB",
  user: "999:999",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
