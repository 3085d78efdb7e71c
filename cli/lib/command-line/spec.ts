import type { Argument, Arguments } from "./argument.ts";
import { type Option, optionEntries, type Options } from "./option.ts";
import type { GivenValues } from "./value.ts";

/** Names of those options of a table that are flags. */
type FlagsOf<Table> = {
  [Name in keyof Table & string]: Table[Name] extends Option<infer Value>
    ? [Value] extends [boolean]
      ? Name
      : never
    : never;
}[keyof Table & string];

/** A command as lists have it. */
export interface CommandHeading {
  /** Words of the command, e.g. "local up". */
  readonly name: string;
  /** Under which heading people find it: a name of {@link CommandLine.groups}. */
  readonly group: string;
  /** One line, without a full stop. */
  readonly summary: string;
}

/** What a command is called with, and what else is said about it. It says nothing about what the command does. */
export interface CommandSpec<
  CommandOptions extends Options = Options,
  CommandArguments extends Arguments = Arguments,
> {
  /** What else a user has to know, in sentences. @default nothing */
  readonly description?: string;
  /** What follows the words, in this order. @default nothing */
  readonly arguments?: CommandArguments;
  /** @default none but the global ones */
  readonly options?: CommandOptions;
  readonly examples: readonly string[];
  /** Exit codes that are more than "done" and "failed" for its user. @default none */
  readonly exitCodes?: readonly number[];
  /** The flag with which it goes on until Ctrl-C, or "always"; being stopped then is no failure. @default never */
  readonly follows?: "always" | FlagsOf<CommandOptions>;
}

/** A command that is known by its heading, and loaded when it is asked for. */
export interface ListedCommand<Spec extends CommandSpec = CommandSpec> extends CommandHeading {
  readonly load: () => Promise<Spec>;
}

/** A command with everything that is said about it. */
export type LoadedCommand<Spec extends CommandSpec = CommandSpec> = CommandHeading & Spec;

/** What was typed, unread. Both keep their names apart: an argument may be called like an option. */
export interface GivenLine {
  readonly options: GivenValues;
  readonly args: GivenValues;
}

/** A heading, and what the commands below it are for. */
export interface CommandGroup {
  readonly name: string;
  readonly title: string;
  /** A sentence, without a full stop. */
  readonly summary: string;
}

/** A whole command line: the parser, help, documents and completion are made from it. */
export interface CommandLine<Entry extends CommandHeading = ListedCommand> {
  readonly name: string;
  readonly summary: string;
  /** Options of every command; they may stand before and after its words. */
  readonly globals: Options;
  /** In the order in which people see them. */
  readonly groups: readonly CommandGroup[];
  /** Names of the commands that somebody new needs, in the order in which they need them. */
  readonly essentials: readonly string[];
  /** What the words are about that come before others, e.g. "local". */
  readonly namespaces: Readonly<Record<string, string>>;
  /** In the order of their groups. */
  readonly commands: readonly Entry[];
}

export const loadCommand = async <Spec extends CommandSpec>({
  load,
  ...heading
}: ListedCommand<Spec>): Promise<LoadedCommand<Spec>> => ({ ...heading, ...(await load()) });

/** The whole command line, for those who show all of it. */
export const loadCommandLine = async <Spec extends CommandSpec>(
  line: CommandLine<ListedCommand<Spec>>,
): Promise<CommandLine<LoadedCommand<Spec>>> => ({
  ...line,
  commands: await Promise.all(line.commands.map(loadCommand)),
});

/**
 * The words that come first and name a command, or several that begin with them.
 * @param words of the command line, without the program's name
 * @example placeOf(line, ["--stack", "second", "local", "up", "kong"]) // "local up"
 */
export function placeOf(
  { globals, commands }: CommandLine<CommandHeading>,
  words: readonly string[],
): string {
  const named = words.filter(
    (word, index) => !word.startsWith("-") && !takesValue(globals, words[index - 1]),
  );
  let place = "";
  for (const word of named[0] === "help" ? named.slice(1) : named) {
    const next = place === "" ? word : `${place} ${word}`;
    if (!commands.some(({ name }) => `${name} `.startsWith(`${next} `))) break;
    place = next;
  }
  return place;
}

/** Whether the word after this one is its value. */
export const takesValue = (options: Options, word = ""): boolean =>
  word.startsWith("-") &&
  optionEntries(options).some(
    ({ flags }) => flags.includes("<") && flags.split(/,? /).some((part) => part === word),
  );

/** The commands below a heading; none is left out, and none is there twice. */
export const commandsOf = <Entry extends CommandHeading>(
  commands: readonly Entry[],
  group: CommandGroup,
): readonly Entry[] => commands.filter((command) => command.group === group.name);

/** Forms of its arguments, e.g. ["<name>", "[path]"]. */
export const formsOf = ({ arguments: takes = {} }: CommandSpec): readonly string[] =>
  Object.values<Argument<unknown>>(takes).map(({ form }) => form);
