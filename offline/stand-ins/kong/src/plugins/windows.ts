/** Lengths of time over which requests are counted, from short to long. */
export const PERIODS = ["second", "minute", "hour", "day", "month", "year"] as const;
export type Period = (typeof PERIODS)[number];

/** When the window of that period around `now` starts and ends (UTC, milliseconds since the epoch). */
export function windowAround(period: Period, now: number): { readonly start: number; readonly end: number } {
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (period === "year") return { start: Date.UTC(year), end: Date.UTC(year + 1) };
  if (period === "month") return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
  const length = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }[period];
  const start = Math.floor(now / length) * length;
  return { start, end: start + length };
}

/** Whole seconds until the window ends, at least one. */
export const secondsLeft = (period: Period, now: number): number =>
  Math.max(1, Math.ceil((windowAround(period, now).end - now) / 1000));

export interface Windows {
  /** How often `key` was counted in the current window. */
  readonly count: (key: string, period: Period, now: number) => number;
  readonly add: (key: string, period: Period, now: number) => void;
  /** How many counters are kept; for tests of the memory bound. */
  readonly size: () => number;
}

/** How many counters are kept at most, so that strangers who invent identities cannot fill the memory (~10 MB). */
export const MOST_COUNTERS = 50_000;

/** Counters that start again with every window; the one that was used longest ago goes when there are too many. */
export function createWindows(): Windows {
  const counters = new Map<string, { readonly end: number; readonly count: number }>();
  const count = (key: string, period: Period, now: number): number => {
    const counter = counters.get(`${period} ${key}`);
    return counter === undefined || counter.end <= now ? 0 : counter.count;
  };
  return {
    count,
    add: (key, period, now) => {
      const next = count(key, period, now) + 1;
      // A Map keeps the order of insertion: taken out and put back, a counter is the youngest again.
      counters.delete(`${period} ${key}`);
      counters.set(`${period} ${key}`, { end: windowAround(period, now).end, count: next });
      if (counters.size <= MOST_COUNTERS) return;
      const [oldest] = counters.keys();
      if (oldest !== undefined) counters.delete(oldest);
    },
    size: () => counters.size,
  };
}
