import { closest, distance } from "fastest-levenshtein";

/** The candidate closest to a mistyped name, when one is close enough to be meant (a third of its length). */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const best = closest(name, candidates);
  return distance(name, best) <= Math.ceil(name.length / 3) ? best : undefined;
}
