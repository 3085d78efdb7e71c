import type { Redis } from "ioredis";
import { z } from "zod";

/** One piece of work on the stream. */
export interface Entry {
  readonly id: string;
  /** Names and values in turn. */
  readonly fields: readonly string[];
  /** How often it was handed out, this time included. */
  readonly attempt: number;
}

/** The worker's side of the stream of commands. */
export interface CommandStream {
  /** The next piece of work: first what was left undone, then what is new. Undefined when there is none for a while. */
  readonly next: () => Promise<Entry | undefined>;
  /** Pieces of work that wait or are being worked on. */
  readonly waiting: () => Promise<number>;
  /** It is still being worked on, so that nobody else takes it up. */
  readonly keep: (id: string) => Promise<void>;
  /** It failed for good, or need not be done any more. */
  readonly drop: (id: string) => Promise<void>;
  /** It is done. @param agent whose state it decided */
  readonly done: (id: string, agent: string) => Promise<void>;
  /** Whether work on the agent that was sent later is done already: doing this one now would undo that. */
  readonly outdated: (id: string, agent: string) => Promise<boolean>;
  /** It cannot be done: puts it aside, with the reason, for somebody to look at. */
  readonly bury: (entry: Entry, reason: string) => Promise<void>;
}

export interface StreamOptions {
  readonly redis: Redis;
  readonly consumer: string;
  /** Milliseconds after which work that nobody finished is taken up again. */
  readonly retryAfter: number;
}

/** The stream. */
export const COMMANDS = "orchestration:commands";
const DEAD = "orchestration:dead";
/** Per agent, the last work that decided its state. */
const DONE = "orchestration:done";
const GROUP = "orchestrator";
/** Milliseconds that a question for new work waits for an answer. */
const BLOCK = 2000;
const MOST_DEAD = 1000;

const Item = z.tuple([z.string(), z.array(z.string()).nullable()]);
const Claimed = z.tuple([z.string(), z.array(Item)]).rest(z.unknown());
const Read = z.array(z.tuple([z.string(), z.array(Item)])).nullable();
/** Of each group names and values in turn. */
const Groups = z.array(z.array(z.unknown()));
const Pending = z.array(z.tuple([z.string(), z.string(), z.number(), z.number()]));

export function openStream({ redis, consumer, retryAfter }: StreamOptions): CommandStream {
  const attemptOf = async (id: string): Promise<number> => {
    const [pending] = Pending.parse(await redis.xpending(COMMANDS, GROUP, id, id, 1));
    return pending?.[3] ?? 1;
  };
  const first = async (items: readonly z.output<typeof Item>[]): Promise<Entry | undefined> => {
    const [item] = items;
    if (item === undefined) return undefined;
    const [id, fields] = item;
    // An entry that was trimmed away while it waited has no fields any more.
    return { id, fields: fields ?? [], attempt: await attemptOf(id) };
  };

  return {
    next: async () => {
      await ensureGroup(redis);
      const claimed = await redis.xautoclaim(COMMANDS, GROUP, consumer, retryAfter, "0", "COUNT", 1);
      const left = await first(Claimed.parse(claimed)[1]);
      if (left !== undefined) return left;
      const read = await redis.xreadgroup(
        ...(["GROUP", GROUP, consumer, "COUNT", 1, "BLOCK", BLOCK, "STREAMS", COMMANDS, ">"] as const),
      );
      return first(Read.parse(read)?.[0]?.[1] ?? []);
    },
    waiting: async () => {
      const groups = Groups.parse(await redis.xinfo("GROUPS", COMMANDS)).map(byName);
      const [group] = groups.filter((one) => one.get("name") === GROUP);
      return numberOf(group?.get("pending")) + numberOf(group?.get("lag"));
    },
    keep: async (id) => {
      await redis.xclaim(COMMANDS, GROUP, consumer, 0, id, "JUSTID");
    },
    drop: async (id) => {
      await redis.xack(COMMANDS, GROUP, id);
    },
    done: async (id, agent) => {
      await redis.multi().hset(DONE, agent, id).xack(COMMANDS, GROUP, id).exec();
    },
    outdated: async (id, agent) => {
      const last = await redis.hget(DONE, agent);
      return last !== null && isBefore(id, last);
    },
    bury: async ({ id, fields, attempt }, reason) => {
      const more = ["source_id", id, "attempts", String(attempt), "reason", reason];
      await redis
        .multi()
        .xadd(DEAD, "MAXLEN", "~", MOST_DEAD, "*", ...fields, ...more)
        .xack(COMMANDS, GROUP, id)
        .exec();
    },
  };
}

/** Asked for every time: a Redis that lost its data has lost the group too. */
async function ensureGroup(redis: Redis): Promise<void> {
  try {
    // From the beginning: what was sent before the worker's first start is work too.
    await redis.xgroup("CREATE", COMMANDS, GROUP, "0", "MKSTREAM");
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("BUSYGROUP")) throw error;
  }
}

/** Whether one entry was sent before another: ids are milliseconds, a dash, and a number. */
export function isBefore(id: string, other: string): boolean {
  const [time = 0, number = 0] = id.split("-").map(Number);
  const [otherTime = 0, otherNumber = 0] = other.split("-").map(Number);
  return time < otherTime || (time === otherTime && number < otherNumber);
}

const byName = (fields: readonly unknown[]): ReadonlyMap<unknown, unknown> =>
  new Map(fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1]] as const] : [])));

/** Redis tells no lag where it cannot. */
const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);
