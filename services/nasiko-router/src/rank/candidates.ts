import type { Ranked } from "./bm25.ts";

/** What the text of the cards says about a query. */
export interface Candidates<T> {
  /** Agents between which the text does not decide, best first. */
  readonly close: readonly Ranked<T>[];
  /** Whether any agent has a telling share of the query's words. */
  readonly fits: boolean;
}

/** Below this share of the query, what they have in common is chance. */
const LEAST_COVERAGE = 0.15;
/** Scores above this share of the best are close to it. */
const CLOSE = 0.7;
/** More would only make a model's choice slower and worse. */
const MOST = 5;
/** So many a model is shown when the words say nothing. */
const MOST_WITHOUT_WORDS = 12;

/** @param ranking best first */
export function candidatesOf<T>(ranking: readonly Ranked<T>[]): Candidates<T> {
  const fitting = ranking.filter(({ score, coverage }) => score > 0 && coverage >= LEAST_COVERAGE);
  const [best] = fitting;
  if (best === undefined) return { close: ranking.slice(0, MOST_WITHOUT_WORDS), fits: false };
  const close = fitting.filter(({ score }) => score >= CLOSE * best.score).slice(0, MOST);
  return { close, fits: true };
}
