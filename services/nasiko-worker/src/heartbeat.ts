import { rename, writeFile } from "node:fs/promises";
import type { Log } from "../../lib/log.ts";
import { causeOf } from "../../lib/cause.ts";

/** Proof that the loop is alive: the time of its last sign, in a file that a shell can read. */
export interface Heartbeat {
  /** The loop went round: Redis answered. */
  readonly beat: () => Promise<void>;
  /** Beats on while one piece of work is done, but for no longer than that may take. */
  readonly during: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Milliseconds. */
const INTERVAL = 5000;

export interface HeartbeatOptions {
  /** Absolute path of the file that the time is written to. */
  readonly file: string;
  /** Milliseconds that one piece of work may take. */
  readonly longestWork: number;
  readonly log: Log;
  /** Called at every beat during work, e.g. to tell Redis that the work is still being done. */
  readonly onBeat: () => Promise<void>;
}

export function createHeartbeat({ file, longestWork, log, onBeat }: HeartbeatOptions): Heartbeat {
  const beat = async (): Promise<void> => {
    const next = `${file}.next`;
    // In one step: a reader never sees half a number.
    await writeFile(next, `${Math.floor(Date.now() / 1000)}\n`);
    await rename(next, file);
  };
  return {
    beat,
    during: async (work) => {
      const startedAt = performance.now();
      const timer = setInterval(() => {
        if (performance.now() - startedAt > longestWork) return;
        Promise.all([beat(), onBeat()]).catch((error: unknown) =>
          log("warn", "no heartbeat", { error: causeOf(error) }),
        );
      }, INTERVAL);
      try {
        return await work();
      } finally {
        clearInterval(timer);
      }
    },
  };
}
