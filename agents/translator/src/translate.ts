import type { Dictionary } from "./dictionaries.ts";

export interface Translation {
  /** The translated text; unknown words stand in it as they came, in square brackets. */
  readonly text: string;
  /** Words that are not in the dictionary, in the order in which they came, each once. */
  readonly unknown: readonly string[];
}

/** Letters and digits, and apostrophes and hyphens between them. */
const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

/** Translates from English, the longest known phrase first: "good morning" before "good" and "morning". */
export function translate(phrase: string, { phrases }: Dictionary): Translation {
  const words = phrase.match(WORD) ?? [];
  const parts: string[] = [];
  const unknown: string[] = [];
  let at = 0;
  while (at < words.length) {
    const found = longestPhrase(words.slice(at), phrases);
    if (found === undefined) {
      const word = words[at] ?? "";
      parts.push(`[${word}]`);
      unknown.push(word);
    } else parts.push(found.translation);
    at += found?.length ?? 1;
  }
  return { text: parts.join(" "), unknown: [...new Set(unknown)] };
}

function longestPhrase(
  words: readonly string[],
  phrases: Readonly<Record<string, string>>,
): { readonly translation: string; readonly length: number } | undefined {
  for (let length = words.length; length > 0; length -= 1) {
    const candidate = words.slice(0, length).join(" ").toLowerCase();
    const translation = Object.hasOwn(phrases, candidate) ? phrases[candidate] : undefined;
    if (translation !== undefined) return { translation, length };
  }
  return undefined;
}
