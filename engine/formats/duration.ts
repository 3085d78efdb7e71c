/** Nanoseconds in each unit of Go's durations. */
const UNITS = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 } as const;

export type DurationUnit = keyof typeof UNITS;

const PART = /(?<![\d.])(\d+(?:\.\d*)?|\.\d+)(h|ms|m|us|µs|ns|s)/g;

/** What a duration looks like as a whole. */
export const DURATION_FORM = new RegExp(`^(?:0|(?:${PART.source})+)$`);

/**
 * Reads a duration in Go's notation, which is how Docker and Pulumi write them: "1h30m", "90s", "1.5m", or "0".
 * @param unit what the answer counts
 * @returns undefined when the text is no such duration; negative ones are none
 * @example parseDuration("1m30s", "ms") // 90000
 */
export function parseDuration(text: string, unit: DurationUnit): number | undefined {
  if (!DURATION_FORM.test(text)) return undefined;
  const nanoseconds = [...text.matchAll(PART)].reduce(
    (sum, [, amount, name]) => sum + Number(amount) * (isUnit(name) ? UNITS[name] : 0),
    0,
  );
  // Docker counts whole nanoseconds; "1.1s" would otherwise be a fraction of one too many.
  return Math.round(nanoseconds) / UNITS[unit];
}

const isUnit = (name: string | undefined): name is DurationUnit => name !== undefined && name in UNITS;

/**
 * Writes a duration as Go does, so that what Docker reports of it reads the same.
 * @example formatDuration(90, "s") // "1m30s"
 */
export function formatDuration(amount: number, unit: DurationUnit): string {
  const nanoseconds = amount * UNITS[unit];
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < UNITS.us) return `${nanoseconds}ns`;
  if (nanoseconds < UNITS.ms) return `${nanoseconds / UNITS.us}µs`;
  if (nanoseconds < UNITS.s) return `${nanoseconds / UNITS.ms}ms`;
  const hours = Math.floor(nanoseconds / UNITS.h);
  const minutes = Math.floor((nanoseconds % UNITS.h) / UNITS.m);
  const seconds = `${(nanoseconds % UNITS.m) / UNITS.s}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
