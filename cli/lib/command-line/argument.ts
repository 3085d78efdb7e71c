import { type Given, oneOf, type Parse, type Readable, type Reading } from "./value.ts";

/** A word, or several, that follow the words of a command. */
export interface Argument<Value> extends Readable<Value> {
  /** As help shows it, e.g. "[service...]". */
  readonly form: string;
  /** What it names, so that the shell can complete it. @default nothing that is known */
  readonly names?: ArgumentKind | undefined;
  /** The only values that are accepted. @default any */
  readonly choices?: readonly string[];
}

/** What the shell can complete: names that depend on the stack. */
export type ArgumentKind = "service" | "agent";

/** Arguments in the order in which they are typed, by name in camelCase. */
export type Arguments = Readonly<Record<string, Argument<unknown>>>;

interface More {
  readonly names?: ArgumentKind;
}

/** A word that has to be there. */
export const required = (what: string, help: string, { names }: More = {}): Argument<string> => ({
  form: `<${what}>`,
  help,
  names,
  read: (given) => ({ value: wordOf(given) ?? "" }),
});

/** A word that may be there. */
export const optional = (what: string, help: string, { names }: More = {}): Argument<string | undefined> => ({
  form: `[${what}]`,
  help,
  names,
  read: (given) => ({ value: wordOf(given) }),
});

/** Any number of words, none included. */
export const several = (what: string, help: string, { names }: More = {}): Argument<readonly string[]> => ({
  form: `[${what}...]`,
  help,
  names,
  read: (given) => ({ value: wordsOf(given) }),
});

/** One word or more; `parse` reads them together. */
export const together = <Value>(
  what: string,
  help: string,
  parse: (words: readonly string[]) => Reading<Value>,
): Argument<Value> => ({
  form: `<${what}...>`,
  help,
  read: (given) => parse(wordsOf(given)),
});

/** A word that has to be there, and is one of these. */
export const oneWordOf = <const Choice extends string>(
  what: string,
  choices: readonly Choice[],
  help: string,
): Argument<Choice> => ({ ...parsed(what, help, oneOf(choices)), choices });

/** A word that has to be there and is read by `parse`. */
const parsed = <Value>(what: string, help: string, parse: Parse<Value>): Argument<Value> => ({
  form: `<${what}>`,
  help,
  read: (given, name) => parse(wordOf(given) ?? "", name),
});

const wordOf = (given: Given): string | undefined => (typeof given === "string" ? given : undefined);
const wordsOf = (given: Given): readonly string[] => (typeof given === "object" ? given : []);
