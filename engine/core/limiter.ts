/** Runs at most so many tasks at a time, first come, first served. */
export interface Limiter {
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Resolves as soon as no task runs. */
  idle(): Promise<void>;
}

/** @param limit how many tasks may run at the same time, at least 1 */
export function createLimiter(limit: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  let whenIdle: (() => void)[] = [];

  const leave = (): void => {
    const next = waiting.shift();
    // The place goes straight to the next in line, so that a newcomer cannot overtake.
    if (next !== undefined) {
      next();
      return;
    }
    running -= 1;
    if (running > 0) return;
    const listeners = whenIdle;
    whenIdle = [];
    for (const listener of listeners) listener();
  };

  return {
    async run(task) {
      if (running < limit) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        leave();
      }
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise<void>((resolve) => whenIdle.push(resolve))),
  };
}
