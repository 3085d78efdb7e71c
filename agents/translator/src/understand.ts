import type { Dictionary } from "./dictionaries.ts";

/** What somebody asks for. */
export type Wish =
  | { readonly kind: "translate"; readonly phrase: string; readonly into: Dictionary }
  /** A language was named that nobody here speaks. */
  | { readonly kind: "unknown language"; readonly language: string }
  | { readonly kind: "help" };

/* eslint-disable regexp/no-super-linear-backtracking -- a message is cut to LONGEST, with one space between words */
/** Ways to ask, in this order; each names the phrase and the language. */
const FORMS: readonly RegExp[] = [
  /^(?:please\s+)?(?:can you\s+|could you\s+)?translate\s+(?<phrase>.+)\s+(?:in)?to\s+(?<language>\p{L}+)(?:\s+please)?$/isu,
  /^(?:please\s+)?(?:can you\s+|could you\s+)?translate\s+to\s+(?<language>\p{L}+)\s*:\s*(?<phrase>.+)$/isu,
  /^how\s+(?:do|would|can)\s+(?:you|i|we)\s+say\s+(?<phrase>.+)\s+in\s+(?<language>\p{L}+)$/isu,
  /^what\s+(?:is|does)\s+(?<phrase>.+?)(?:\s+mean)?\s+in\s+(?<language>\p{L}+)$/isu,
  /^(?<language>\p{L}+)\s*:\s*(?<phrase>.+)$/isu,
  /^(?<phrase>.+)\s+(?:in|to|into)\s+(?<language>\p{L}+)$/isu,
];
/* eslint-enable regexp/no-super-linear-backtracking */

/** Characters of a message that are looked at. */
const LONGEST = 2000;

/** A sentence without the marks that end it. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && " ?!.".includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Quotes around a phrase, and marks that end a sentence. */
const WRAPPING = /^[\s"'“”‘’«»]+|(?<![\s"'“”‘’«»?!.])[\s"'“”‘’«»?!.]+$/gu;

/** Finds out what a message asks for; what is not understood is a wish for help. */
export function understand(message: string, dictionaries: readonly Dictionary[]): Wish {
  // One space between words, and no more than a page: the forms below are tried at every space.
  const words = message
    .slice(0, LONGEST)
    .split(/\s+/u)
    .filter((word) => word !== "");
  const text = withoutEnd(words.join(" "));
  for (const form of FORMS) {
    const { phrase, language } = form.exec(text)?.groups ?? {};
    if (phrase === undefined || language === undefined) continue;
    const into = dictionaries.find((dictionary) => isCalled(dictionary, language));
    if (into !== undefined) return { kind: "translate", phrase: phrase.replace(WRAPPING, ""), into };
    if (/^(?:please\s+)?translate\b/i.test(text)) return { kind: "unknown language", language };
  }
  return { kind: "help" };
}

function isCalled({ language, code, native }: Dictionary, name: string): boolean {
  return [language, code, native].some((known) => known.toLowerCase() === name.toLowerCase());
}
