import type { NasikoError } from "../../../platform/errors/define-error.ts";
import { asDuration, asText, oneOf, type Parse, type Readable } from "./value.ts";

/** An option of a command. Its name on the command line is its key in the table, in kebab-case. */
export interface Option<Value> extends Readable<Value> {
  /** One letter that may stand for it, without the dash. @default none */
  readonly short?: string | undefined;
  /** What stands for its value in help, e.g. "<time>". @default none: it is a flag */
  readonly placeholder?: string;
  /** Counts when it is not given, as it would be typed. @default none */
  readonly preset?: string | undefined;
  /** Each time it is given adds to it. @default false: the last time counts */
  readonly repeatable?: boolean;
  /** The only values that are accepted. @default any */
  readonly choices?: readonly string[];
}

/** Options by name in camelCase. */
export type Options = Readonly<Record<string, Option<unknown>>>;

interface More {
  readonly short?: string;
}
interface WithDefault extends More {
  readonly default: string;
}

/** An option without a value: given or not. */
export const flag = (help: string, { short }: More = {}): Option<boolean> => ({
  help,
  short,
  read: (given) => ({ value: given === true }),
});

/**
 * An option with a value that is read by `parse`; undefined when it is not given and has no default.
 * @param placeholder as help shows it, e.g. "<pattern>"
 */
export function option<Value>(
  placeholder: string,
  help: string,
  parse: Parse<Value>,
  more: WithDefault,
): Option<Value>;
export function option<Value>(
  placeholder: string,
  help: string,
  parse: Parse<Value>,
  more?: More,
): Option<Value | undefined>;
export function option<Value>(
  placeholder: string,
  help: string,
  parse: Parse<Value>,
  more: More & Partial<WithDefault> = {},
): Option<Value | undefined> {
  const { short, default: preset } = more;
  return {
    help,
    short,
    placeholder,
    preset,
    read: (given, name) => {
      const text = typeof given === "string" ? given : preset;
      return text === undefined ? { value: undefined } : parse(text, name);
    },
  };
}

/** An option with any text. */
export function text(placeholder: string, help: string, more: WithDefault): Option<string>;
export function text(placeholder: string, help: string, more?: More): Option<string | undefined>;
export function text(
  placeholder: string,
  help: string,
  more: More & Partial<WithDefault> = {},
): Option<string | undefined> {
  return option(placeholder, help, asText, more);
}

/** An option with a time span, such as 90s or 5m; its value is in milliseconds. */
export const duration = (placeholder: string, help: string, more: WithDefault): Option<number> =>
  option(placeholder, help, asDuration, more);

/** An option that accepts some words only. */
export const choice = <const Choice extends string, const Default extends Choice | undefined = undefined>(
  placeholder: string,
  choices: readonly Choice[],
  help: string,
  more: {
    readonly default?: Default;
    /** The error for any other word. @default NSK-OPTION-INVALID */
    readonly refusal?: (text: string) => NasikoError;
  } = {},
): Option<Choice | (Default extends string ? never : undefined)> => {
  const parse = oneOf(choices, more.refusal);
  return {
    help,
    placeholder,
    preset: more.default,
    choices,
    read: (given, name) => {
      const word = typeof given === "string" ? given : more.default;
      // The return type says when there may be none: without a default.
      return word === undefined ? { value: undefined as never } : parse(word, name);
    },
  };
};

/** An option with names; with commas between, or given again and again. */
export const names = (placeholder: string, help: string): Option<readonly string[]> => ({
  help,
  placeholder,
  repeatable: true,
  read: (given) => ({
    value: (typeof given === "object" ? given : [])
      .flatMap((each) => each.split(","))
      .filter((name) => name !== ""),
  }),
});

/** @example optionName("autoPorts") // "--auto-ports" */
export const optionName = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** An option as help, documents and completion show it. */
export interface OptionEntry {
  /** @example "--auto-ports" */
  readonly name: string;
  /** @example "-n, --tail <lines>" */
  readonly flags: string;
  /** With its values and its default. */
  readonly help: string;
}

export const optionEntries = (options: Options): readonly OptionEntry[] =>
  Object.entries(options).map(([key, { short, placeholder, preset, help }]) => {
    const name = optionName(key);
    const flags = [
      ...(short === undefined ? [] : [`-${short}, `]),
      name,
      ...(placeholder === undefined ? [] : [` ${placeholder}`]),
    ].join("");
    return { name, flags, help: preset === undefined ? help : `${help} (default: ${preset})` };
  });
