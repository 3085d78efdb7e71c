import type { Dictionary } from "./dictionaries.ts";

/** What somebody asks for. */
export type Wish =
  | { readonly kind: "translate"; readonly phrase: string; readonly into: Dictionary }
  /** A language was named that nobody here speaks. */
  | { readonly kind: "unknown language"; readonly language: string }
  | { readonly kind: "help" };

/** Ways to ask, in this order; each names the phrase and the language. */
const FORMS: readonly RegExp[] = [
  /^(?:please\s+)?(?:can you\s+|could you\s+)?translate\s+(?<phrase>.+)\s+(?:in)?to\s+(?<language>\p{L}+)(?:\s+please)?$/isu,
  /^(?:please\s+)?(?:can you\s+|could you\s+)?translate\s+to\s+(?<language>\p{L}+)\s*:\s*(?<phrase>.+)$/isu,
  /^how\s+(?:do|would|can)\s+(?:you|i|we)\s+say\s+(?<phrase>.+)\s+in\s+(?<language>\p{L}+)$/isu,
  /^what\s+(?:is|does)\s+(?<phrase>.+?)(?:\s+mean)?\s+in\s+(?<language>\p{L}+)$/isu,
  /^(?<language>\p{L}+)\s*:\s*(?<phrase>.+)$/isu,
  /^(?<phrase>.+)\s+(?:in|to|into)\s+(?<language>\p{L}+)$/isu,
];

/** Quotes around a phrase, and marks that end a sentence. */
const WRAPPING = /^[\s"'“”‘’«»]+|[\s"'“”‘’«»?!.]+$/gu;

/** Finds out what a message asks for; what is not understood is a wish for help. */
export function understand(message: string, dictionaries: readonly Dictionary[]): Wish {
  const text = message.trim().replace(/[\s?!.]+$/u, "");
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
