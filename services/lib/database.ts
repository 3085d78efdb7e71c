import { MongoClient, type Db } from "mongodb";
import { causeOf } from "./cause.ts";
import type { Log } from "./log.ts";
import { sleep } from "./sleep.ts";

/** MongoDB, connected in the background for as long as the process lives. */
export interface Database {
  /** @throws Error while it is not connected */
  readonly db: () => Db;
  /** Whether it answers a ping now. */
  readonly answers: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly name: string;
  /** Who says hello, in the server's log. */
  readonly appName: string;
  /** Makes indexes; runs once per connection. */
  readonly prepare: (db: Db) => Promise<void>;
  readonly log: Log;
}

/** Milliseconds within which a server that is there answers. */
const PATIENCE = 3000;
const RETRY = { first: 250, longest: 5000 };

export function openDatabase({ url, name, appName, prepare, log }: DatabaseOptions): Database {
  const stopping = new AbortController();
  let client: MongoClient | undefined;

  const connect = async (): Promise<void> => {
    const candidate = new MongoClient(url, {
      serverSelectionTimeoutMS: PATIENCE,
      connectTimeoutMS: PATIENCE,
      maxPoolSize: 10,
      appName,
    });
    try {
      await candidate.connect();
      await prepare(candidate.db(name));
      client = candidate;
      log("info", "mongodb connected");
    } catch (error) {
      await candidate.close();
      throw error;
    }
  };

  const keepTrying = async (): Promise<void> => {
    for (let failures = 0; client === undefined && !stopping.signal.aborted; failures++) {
      try {
        await connect();
      } catch (error) {
        if (failures === 0) log("warn", "mongodb does not answer", { error: causeOf(error) });
        await sleep(Math.min(RETRY.longest, RETRY.first * 2 ** failures), stopping.signal);
      }
    }
  };
  const connecting = keepTrying();

  return {
    db: () => {
      if (client === undefined) throw new Error("MongoDB is not connected");
      return client.db(name);
    },
    answers: async () => {
      try {
        return client !== undefined && (await client.db(name).command({ ping: 1 }))["ok"] === 1;
      } catch {
        // Whatever kept it from answering, the answer is the same.
        return false;
      }
    },
    close: async () => {
      stopping.abort();
      await connecting;
      await client?.close();
    },
  };
}
