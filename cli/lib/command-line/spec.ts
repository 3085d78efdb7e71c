import type { Argument, Arguments } from "./argument.ts";
import type { Option, Options } from "./option.ts";
import type { GivenValues } from "./value.ts";

/** Names of those options of a table that are flags. */
type FlagsOf<Table> = {
  [Name in keyof Table & string]: Table[Name] extends Option<infer Value>
    ? [Value] extends [boolean]
      ? Name
      : never
    : never;
}[keyof Table & string];

/** What a command is called with, and what is said about it. It says nothing about what the command does. */
export interface CommandSpec<
  CommandOptions extends Options = Options,
  CommandArguments extends Arguments = Arguments,
> {
  /** Words of the command, e.g. "local up". */
  readonly name: string;
  /** Under which heading people find it: a name of {@link CommandLine.groups}. */
  readonly group: string;
  /** One line, without a full stop. */
  readonly summary: string;
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
export interface CommandLine<Spec extends CommandSpec = CommandSpec> {
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
  readonly commands: readonly Spec[];
}

/** The commands below a heading; none is left out, and none is there twice. */
export const commandsOf = <Spec extends CommandSpec>(
  commands: readonly Spec[],
  group: CommandGroup,
): readonly Spec[] => commands.filter((command) => command.group === group.name);

/** Forms of its arguments, e.g. ["<name>", "[path]"]. */
export const formsOf = ({ arguments: takes = {} }: CommandSpec): readonly string[] =>
  Object.values<Argument<unknown>>(takes).map(({ form }) => form);
