import type { NasikoError } from "../../../platform/errors/define-error.ts";
import { parseDuration } from "../../../engine/formats/duration.ts";
import { optionInvalid } from "./errors.ts";

/** What the command line holds for one option or argument, unread; undefined when it was not given. */
export type Given = boolean | string | readonly string[] | undefined;

/** What the command line holds, by option or argument in camelCase. */
export type GivenValues = Readonly<Record<string, Given>>;

/** A value that was read, or why it cannot be used. */
export type Reading<Value> = { readonly value: Value } | { readonly problem: NasikoError };

/**
 * Reads one text of the command line.
 * @param name as the user typed it, e.g. "--timeout"
 */
export type Parse<Value> = (text: string, name: string) => Reading<Value>;

/** What can be read from the command line: an option, or an argument. */
export interface Readable<Value> {
  readonly help: string;
  readonly read: (given: Given, name: string) => Reading<Value>;
}

/** The values that a table of options or arguments has when all of them were read. */
export type ValuesOf<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Readable<infer Value> ? Value : never;
};

/** Says why a value cannot be used. @param instead what to type in its place */
export const refuse = (name: string, reason: string, instead: string): { readonly problem: NasikoError } => ({
  problem: optionInvalid({
    option: name,
    reason,
    instead: name.startsWith("--") ? `${name} ${instead}` : instead,
  }),
});

export const asText: Parse<string> = (text) => ({ value: text });

/** Accepts these words only. */
export const oneOf =
  <const Choice extends string>(
    choices: readonly Choice[],
    refusal?: (text: string) => NasikoError,
  ): Parse<Choice> =>
  (text, name) => {
    const value = choices.find((choice) => choice === text);
    if (value !== undefined) return { value };
    if (refusal !== undefined) return { problem: refusal(text) };
    return refuse(name, `${JSON.stringify(text)} is none of its values`, choices.join(", or "));
  };

/** A time span in milliseconds; a number alone counts seconds. @example asDuration("90s", "--timeout") // { value: 90_000 } */
export const asDuration: Parse<number> = (text, name) => {
  const value = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text, "ms");
  return value === undefined
    ? refuse(name, `${JSON.stringify(text)} is no time span`, "90s, or 5m")
    : { value };
};

/** Reads every value of a table; what cannot be used is collected, so that all of it can be told at once. */
export function readTable(
  table: Readonly<Record<string, Readable<unknown>>>,
  given: GivenValues,
  nameOf: (key: string) => string,
): { readonly values: Readonly<Record<string, unknown>>; readonly problems: readonly NasikoError[] } {
  const readings = Object.entries(table).map(
    ([key, { read }]) => [key, read(given[key], nameOf(key))] as const,
  );
  return {
    values: Object.fromEntries(
      readings.flatMap(([key, reading]) => ("value" in reading ? [[key, reading.value]] : [])),
    ),
    problems: readings.flatMap(([, reading]) => ("problem" in reading ? [reading.problem] : [])),
  };
}
