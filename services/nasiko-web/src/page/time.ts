const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/**
 * How long ago something was, in words; an old date as a date.
 * @param iso ISO 8601
 * @param now milliseconds since 1970
 */
export function ago(iso: string, now: number): string {
  const then = Date.parse(iso);
  if (Number.isNaN(then)) return "";
  const seconds = (now - then) / 1000;
  if (seconds < 60) return "just now";
  if (seconds > 7 * 86_400) return new Date(then).toLocaleDateString("en", { dateStyle: "medium" });
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ["minute", 60];
  return format.format(-Math.floor(seconds / size), unit);
}
