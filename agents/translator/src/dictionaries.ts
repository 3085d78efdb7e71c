import french from "./dictionary/french.json" with { type: "json" };
import german from "./dictionary/german.json" with { type: "json" };
import spanish from "./dictionary/spanish.json" with { type: "json" };

/** Translations from English into one language. */
export interface Dictionary {
  /** English name of the language. */
  readonly language: string;
  /** ISO 639-1 code. */
  readonly code: string;
  /** Its own name. */
  readonly native: string;
  /** English phrase, in lower case, words one space apart, to its translation. */
  readonly phrases: Readonly<Record<string, string>>;
}

export const dictionaries: readonly Dictionary[] = [french, german, spanish];
