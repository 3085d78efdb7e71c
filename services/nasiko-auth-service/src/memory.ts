import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Log } from "../../lib/log.ts";
import { openRedis } from "../../lib/redis.ts";
import type { Principal } from "./principal.ts";

/** Redis: who is who, for a short while, and how often somebody tried to log in. */
export interface Memory {
  /** @returns undefined when it is not known, or Redis does not answer */
  find(id: string): Promise<Principal | undefined>;
  /** Keeps what was read, unless something newer is there. */
  learn(principal: Principal): Promise<void>;
  /** Puts a change in the place of whatever is known. */
  replace(principal: Principal): Promise<void>;
  /** Forgets one that is there no more. */
  forget(id: string): Promise<void>;
  /** After a change of many at once. */
  forgetAll(): Promise<void>;
  /**
   * Counts a wrong try to log in, by account and by where it comes from. Nobody is locked out by it: a right secret
   * is not counted, however many wrong ones came from the same address. One address may be all of this machine's.
   * @returns seconds until the next try is worth an answer when there were too many; undefined when there were not, or
   * Redis does not answer
   */
  countWrong(account: string, address: string): Promise<number | undefined>;
  /** It was the right secret after all. */
  forgive(account: string, address: string): Promise<void>;
  answers(): Promise<boolean>;
  close(): void;
}

/** Seconds that a principal is remembered, and at most believed after a change that could not be told. */
const REMEMBERED = 30;
/** Wrong tries within the window: of one account from one address, and of any accounts from one address. */
const WRONG_TRIES = { account: 10, address: 300 };
/** Seconds. */
const WINDOW = 300;

const Remembered: z.ZodType<Principal> = z.object({
  id: z.string(),
  kind: z.enum(["user", "agent"]),
  generation: z.number(),
  active: z.boolean(),
  username: z.string(),
  email: z.string(),
  is_super_user: z.boolean(),
  organization: z.string().nullable(),
});

export function openMemory(url: string, log: Log): Memory {
  const { redis, answers, close } = openRedis(url, log);
  /** Until then nothing in Redis is believed, because a change could not be told to it. */
  let distrustedUntil = 0;

  const apply = async (change: () => Promise<unknown>): Promise<void> => {
    try {
      await change();
    } catch {
      distrustedUntil = performance.now() + REMEMBERED * 1000;
    }
  };
  return {
    find: async (id) => {
      if (performance.now() < distrustedUntil) return undefined;
      try {
        const text = await redis.get(principalKey(id));
        return text === null ? undefined : Remembered.parse(JSON.parse(text));
      } catch {
        // MongoDB knows it, too.
        return undefined;
      }
    },
    learn: async (principal) => {
      try {
        await redis.set(principalKey(principal.id), JSON.stringify(principal), "EX", REMEMBERED, "NX");
      } catch {
        // It is asked for again next time.
      }
    },
    replace: (principal) =>
      apply(() => redis.set(principalKey(principal.id), JSON.stringify(principal), "EX", REMEMBERED)),
    forget: (id) => apply(() => redis.del(principalKey(id))),
    forgetAll: () =>
      apply(async () => {
        for await (const keys of redis.scanStream({ match: principalKey("*"), count: 500 }) as AsyncIterable<
          readonly string[]
        >)
          if (keys.length > 0) await redis.del(...keys);
      }),
    countWrong: async (account, address) => {
      try {
        const [here, byAddress] = await Promise.all([
          count(redis, triesKey("account", account, address), WRONG_TRIES.account),
          count(redis, triesKey("address", address), WRONG_TRIES.address),
        ]);
        return here ?? byAddress;
      } catch {
        // It was refused already; only how often is not known.
        return undefined;
      }
    },
    forgive: async (account, address) => {
      try {
        await redis.del(triesKey("account", account, address));
      } catch {
        // The window ends by itself.
      }
    },
    answers,
    close,
  };
}

const principalKey = (id: string): string => `auth:principal:${id}`;

/** What somebody typed does not become a key as it is: it may be long, or a secret in the wrong field. */
const triesKey = (what: keyof typeof WRONG_TRIES, ...values: readonly string[]): string =>
  `auth:tries:${what}:${createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 32)}`;

/** @returns seconds until the window ends when this was one too many */
async function count(redis: Redis, key: string, most: number): Promise<number | undefined> {
  await redis.set(key, 0, "EX", WINDOW, "NX");
  const tries = await redis.incr(key);
  return tries > most ? Math.max(1, await redis.ttl(key)) : undefined;
}
