import { setTimeout as sleep } from "node:timers/promises";

/** Time, so that a test need not wait. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** @throws the signal's reason when it is aborted */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, { signal });
  },
};
