import { Redis } from "ioredis";
import type { Log } from "./log.ts";

/** Redis, connected in the background for as long as the process lives. */
export interface RedisConnection {
  readonly redis: Redis;
  /** Whether it answers a ping now. */
  readonly answers: () => Promise<boolean>;
  readonly close: () => void;
}

/** Milliseconds within which a Redis that is there answers. */
const PATIENCE = 3000;
/** Milliseconds between two attempts to connect. */
const RETRY = { step: 200, longest: 5000 };

/** For commands that are answered at once: one that waits for work would run into the limit. */
export function openRedis(url: string, log: Log): RedisConnection {
  const redis = new Redis(url, {
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(RETRY.longest, RETRY.step * attempt),
  });
  let lost = false;
  redis.on("ready", () => {
    lost = false;
    log("info", "redis connected");
  });
  redis.on("error", (error: Error) => {
    if (!lost) log("warn", "redis does not answer", { error: error.message });
    lost = true;
  });
  return {
    redis,
    answers: async () => {
      try {
        await redis.ping();
        return true;
      } catch {
        // Whatever kept it from answering, the answer is the same.
        return false;
      }
    },
    close: () => redis.disconnect(),
  };
}
