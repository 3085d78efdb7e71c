/** Memory with its unit, e.g. "256MB" or "2GB" (binary multiples, as Docker counts). */
export type Size = `${number}MB` | `${number}GB`;

/** A time span with its unit, e.g. "500ms", "20s", "2m". */
export type Duration = `${number}ms` | `${number}s` | `${number}m`;

/** @example toMegabytes("2GB") // 2048 */
export function toMegabytes(size: Size): number {
  const amount = Number.parseFloat(size);
  return size.endsWith("GB") ? amount * 1024 : amount;
}

/** @example toSeconds("2m") // 120 */
export function toSeconds(duration: Duration): number {
  const amount = Number.parseFloat(duration);
  if (duration.endsWith("ms")) return amount / 1000;
  return duration.endsWith("m") ? amount * 60 : amount;
}
