import { stemmer } from "stemmer";

/** Words that say nothing about which agent is meant: grammar, and how people address a machine. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a about after agent all also am an and any are as at be been but by can could did do does for from get give " +
    "had has have he hello help her here hey hi his how i if in into is it its just know let like made make me " +
    "mean more most my need no not now of on one only or our out over please she should show so some such tell " +
    "than thank thanks that the their them then there these they thing this those to too under up us use using " +
    "very want was we were what when where which who why will with would you your"
  ).split(" "),
);

/** Letters and digits of any script, with what holds a word together inside it. */
const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;
/** Marks that are left over when accented letters are taken apart. */
const MARKS = /\p{M}+/gu;

/** A word of a text. */
export interface Word {
  /** As it stands there, in lower case and without accents. */
  readonly form: string;
  /** Without its ending: what is compared. */
  readonly stem: string;
}

/** The words of a text that say something. */
export function wordsOf(text: string): readonly Word[] {
  const plain = text.normalize("NFKD").replace(MARKS, "").toLowerCase();
  return [...plain.matchAll(WORD)]
    .map(([word]) => word.replace(/['’]s$/, "").replace(/['’]/g, ""))
    .filter((form) => form.length > 1 && !STOP_WORDS.has(form))
    .map((form) => ({ form, stem: stemmer(form) }));
}

/**
 * The words of a text as they are compared: lower case, without accents, stop words and endings.
 * @example words("Translating the bills!") // ["translat", "bill"]
 */
export const words = (text: string): readonly string[] => wordsOf(text).map(({ stem }) => stem);
