/**
 * How the first version stands to the second, by their leading numbers. A version that is told less exactly means
 * all that begin with it: "18.6.3" is the same as "18.6".
 * @param other a version, or a tag that begins with one, e.g. "7.4.11-alpine"
 * @returns "unknown" when one of them does not begin with a number, e.g. "latest"
 */
export function compareVersions(version: string, other: string): "same" | "older" | "newer" | "unknown" {
  const [left, right] = [numbersOf(version), numbersOf(other)];
  if (left === undefined || right === undefined) return "unknown";
  for (const [index, number] of left.entries()) {
    const against = right[index];
    if (against === undefined) break;
    if (number !== against) return number < against ? "older" : "newer";
  }
  return "same";
}

const numbersOf = (version: string): readonly number[] | undefined =>
  /^v?(\d+(?:\.\d+)*)/.exec(version)?.[1]?.split(".").map(Number);
