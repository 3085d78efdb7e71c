/** Bytes in each unit; Docker counts in powers of 1024, whatever the unit is called. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};

/**
 * Reads a size as Docker's `--memory` does: "512m", "1.5GB", "256MiB", "6291456"; in bytes, not rounded.
 * @returns undefined when the text is no such size
 * @example parseByteSize("2GB") // 2147483648
 */
export function parseByteSize(text: string): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*(?:b|([kmgtp])(?:i?b)?)?$/i.exec(text) ?? [];
  const scale = UNITS[unit.toLowerCase()];
  return amount === undefined || scale === undefined ? undefined : Number(amount) * scale;
}

/** Bytes of a megabyte as Docker counts it. */
export const MEGABYTE = 1024 ** 2;
