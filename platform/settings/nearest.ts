import { closest, distance } from "fastest-levenshtein";

/**
 * The candidate closest to a mistyped name, when one is close enough to be meant.
 * @param within how many letters may differ
 */
export function nearest(
  name: string,
  candidates: readonly string[],
  within = Math.ceil(name.length / 3),
): string | undefined {
  if (candidates.length === 0) return undefined;
  const best = closest(name, candidates);
  return distance(name, best) <= within ? best : undefined;
}
