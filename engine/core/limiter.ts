/** Runs at most so many tasks at a time: the most urgent first, among equals the one that came first. */
export interface Limiter {
  /** @param urgency larger goes first. @default 0 */
  run<Result>(task: () => Promise<Result>, urgency?: number): Promise<Result>;
  /** Resolves as soon as no task runs. */
  idle(): Promise<void>;
}

/** @param limit how many tasks may run at the same time, at least 1 */
export function createLimiter(limit: number): Limiter {
  let running = 0;
  const waiting: { readonly urgency: number; readonly enter: () => void }[] = [];
  let whenIdle: (() => void)[] = [];

  const leave = (): void => {
    const next = waiting.shift();
    // The place goes straight to the next in line, so that a newcomer cannot overtake.
    if (next !== undefined) {
      next.enter();
      return;
    }
    running -= 1;
    if (running > 0) return;
    const listeners = whenIdle;
    whenIdle = [];
    for (const listener of listeners) listener();
  };

  return {
    async run(task, urgency = 0) {
      if (running < limit) running += 1;
      else
        await new Promise<void>((enter) => {
          const behind = waiting.findIndex((other) => other.urgency < urgency);
          waiting.splice(behind < 0 ? waiting.length : behind, 0, { urgency, enter });
        });
      try {
        return await task();
      } finally {
        leave();
      }
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise<void>((resolve) => whenIdle.push(resolve))),
  };
}
