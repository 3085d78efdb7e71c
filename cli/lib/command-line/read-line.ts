import { parseArgs, type ParseArgsConfig } from "node:util";

import type { NasikoError } from "../../../platform/errors/define-error.ts";
import { nearest } from "../../../platform/settings/nearest.ts";
import type { Arguments } from "./argument.ts";
import {
  argumentMissing,
  argumentUnexpected,
  commandUnknown,
  optionInvalid,
  optionUnknown,
} from "./errors.ts";
import { type Option, optionName, type Options } from "./option.ts";
import {
  type CommandLine,
  type CommandSpec,
  formsOf,
  type GivenLine,
  type ListedCommand,
  loadCommand,
  type LoadedCommand,
  placeOf,
} from "./spec.ts";
import type { Given, GivenValues } from "./value.ts";

/** What a command line came to. Values are not read here: a command does that, see value.ts. */
export type LineRead<Spec extends CommandSpec> =
  | { readonly kind: "call"; readonly command: LoadedCommand<Spec>; readonly given: GivenLine }
  /** Only the beginning of some commands, e.g. "local". */
  | { readonly kind: "incomplete"; readonly place: string }
  | { readonly kind: "wrong"; readonly problems: readonly NasikoError[]; readonly given: GivenLine };

/**
 * Reads a command line. It knows the words of all commands, to tell which was meant, and loads that one alone.
 * @param words without the program's name
 */
export async function readLine<Spec extends CommandSpec>(
  line: CommandLine<ListedCommand<Spec>>,
  words: readonly string[],
): Promise<LineRead<Spec>> {
  const place = placeOf(line, words);
  const listed = line.commands.find(({ name }) => name === place);
  const command = listed === undefined ? undefined : await loadCommand(listed);
  const table: Options = { ...line.globals, ...command?.options };
  const tokens = tokensOf(words, table);
  const options = readOptions(tokens, table);
  const plain = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const rest = plain.slice(place === "" ? 0 : place.split(" ").length);
  if (command === undefined) {
    const [next] = rest;
    if (next === undefined) return { kind: "incomplete", place };
    const typed = place === "" ? next : `${place} ${next}`;
    const problem = commandUnknown({ typed, place, nearest: nearest(typed, namesOf(line)) });
    return { kind: "wrong", problems: [problem], given: { options: options.values, args: {} } };
  }
  const args = readArguments(command, rest);
  const unknown = options.unknown.map((typed) =>
    optionUnknown({ command: place, typed, nearest: nearest(typed, Object.keys(table).map(optionName)) }),
  );
  const problems = [...unknown, ...options.problems, ...args.problems];
  const given = { options: options.values, args: args.values };
  return problems.length > 0 ? { kind: "wrong", problems, given } : { kind: "call", command, given };
}

const namesOf = ({ commands }: CommandLine): readonly string[] => commands.map(({ name }) => name);

/** What Node's parser says of the words, as far as it is used. */
type Token =
  | { readonly kind: "positional"; readonly value: string }
  | {
      readonly kind: "option";
      readonly name: string;
      readonly rawName: string;
      readonly value?: string | undefined;
    }
  | { readonly kind: "option-terminator" };

/** Not strictly: the errors of Node's parser name one problem, in words about Node. */
function tokensOf(words: readonly string[], table: Options): readonly Token[] {
  const options: ParseArgsConfig["options"] = Object.fromEntries(
    Object.entries(table).map(([key, { short, placeholder }]) => [
      wordOf(key),
      { type: placeholder === undefined ? "boolean" : "string", ...(short === undefined ? {} : { short }) },
    ]),
  );
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** @example wordOf("autoPorts") // "auto-ports" */
const wordOf = (key: string): string => optionName(key).slice("--".length);

interface OptionsRead {
  readonly values: GivenValues;
  /** As they were typed, e.g. "--sicne". */
  readonly unknown: readonly string[];
  readonly problems: readonly NasikoError[];
}

function readOptions(tokens: readonly Token[], table: Options): OptionsRead {
  const byWord = new Map(Object.entries(table).map(([key, option]) => [wordOf(key), { key, option }]));
  const values: Record<string, Given> = {};
  const unknown: string[] = [];
  const problems: NasikoError[] = [];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const known = byWord.get(token.name);
    const problem = known === undefined ? undefined : problemOf(known.option, token.rawName, token.value);
    if (known === undefined) unknown.push(token.rawName);
    else if (problem !== undefined) problems.push(problem);
    else values[known.key] = valueOf(known.option, token.value, values[known.key]);
  }
  return { values, unknown, problems };
}

function problemOf(
  { placeholder }: Option<unknown>,
  option: string,
  value: string | undefined,
): NasikoError | undefined {
  if (placeholder === undefined && value !== undefined)
    return optionInvalid({ option, reason: "it takes no value", instead: option });
  if (placeholder !== undefined && value === undefined)
    return optionInvalid({ option, reason: "it needs a value", instead: `${option} ${placeholder}` });
  return undefined;
}

/** The last time counts, except for what adds up. */
function valueOf({ repeatable }: Option<unknown>, value: string | undefined, before: Given): Given {
  if (value === undefined) return true;
  return repeatable === true ? [...(typeof before === "object" ? before : []), value] : value;
}

/** Words by argument: as many as each takes, in their order. */
function readArguments(
  command: LoadedCommand,
  words: readonly string[],
): { readonly values: GivenValues; readonly problems: readonly NasikoError[] } {
  const takes: Arguments = command.arguments ?? {};
  const values: Record<string, Given> = {};
  const problems: NasikoError[] = [];
  const usage = [command.name, ...formsOf(command)].join(" ");
  let left = words;
  for (const [name, { form }] of Object.entries(takes)) {
    const [first] = left;
    if (first === undefined && form.startsWith("<")) problems.push(argumentMissing({ usage, form }));
    const isMany = form.includes("...");
    values[name] = isMany ? left : first;
    left = isMany ? [] : left.slice(1);
  }
  if (left.length > 0) problems.push(argumentUnexpected({ usage, words: left }));
  return { values, problems };
}
