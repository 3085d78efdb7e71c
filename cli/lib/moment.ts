import { parseDuration } from "../../engine/formats/duration.ts";

const DAY = 86_400_000;

/**
 * The moment that `--since` names: a time span before now, or a date.
 * @example sinceMoment("1h30m", now)
 * @returns milliseconds since 1970; undefined when it is neither
 */
export function sinceMoment(text: string, now: number): number | undefined {
  // Days are ours: Go's durations end at hours.
  const [, days, rest = ""] = /^(?:(\d+)d)?(.*)$/s.exec(text) ?? [];
  const span = days !== undefined && rest === "" ? 0 : parseDuration(rest, "ms");
  if (span !== undefined) return now - Number(days ?? 0) * DAY - span;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : moment;
}
