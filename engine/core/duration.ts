/** Seconds in each unit of Go's durations. */
const UNITS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};
const PART = /(\d+(?:\.\d+)?|\.\d+)(h|ms|m|us|µs|ns|s)/gy;

/**
 * Seconds of a duration in Go's notation, e.g. "1h30m", "90s", "1.5m"; that is how Pulumi writes `customTimeouts`.
 * @returns undefined when the text is none
 */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
}
