import { MEGABYTE, parseByteSize } from "../../engine/formats/byte-size.ts";
import { parseDuration } from "../../engine/formats/duration.ts";

/** Memory with its unit, e.g. "256MB" or "2GB" (binary multiples, as Docker counts). */
export type Size = `${number}MB` | `${number}GB`;

/** A time span with its unit, e.g. "500ms", "20s", "2m". */
export type Duration = `${number}ms` | `${number}s` | `${number}m`;

/** @example toMegabytes("2GB") // 2048 */
export function toMegabytes(size: Size): number {
  const bytes = parseByteSize(size);
  if (bytes === undefined) throw new RangeError(`"${size}" is not a size such as "256MB"`);
  return bytes / MEGABYTE;
}

/** @example toSeconds("2m") // 120 */
export function toSeconds(duration: Duration): number {
  const seconds = parseDuration(duration, "s");
  if (seconds === undefined) throw new RangeError(`"${duration}" is not a duration such as "20s"`);
  return seconds;
}
