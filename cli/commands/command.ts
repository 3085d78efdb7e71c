import type { CommandResult } from "../lib/command-result.ts";
import type { CommandContext } from "../stack/context.ts";

export type { CommandResult };

/** Values of the command line, by option name in camelCase. */
export type OptionValues = Readonly<Record<string, boolean | string | readonly string[] | undefined>>;

export type Handler = (context: CommandContext, options: OptionValues) => Promise<CommandResult>;

export interface CommandOption {
  /** As commander takes it, e.g. "--volumes". */
  readonly flags: string;
  readonly help: string;
}

/** What an argument names, so that the shell can complete it. */
export type ArgumentKind = "service" | "agent";

/** What follows the words of a command. */
export interface CommandArgument {
  /** Under which it is found in the values. */
  readonly name: string;
  /** As commander takes it, e.g. "[service...]". */
  readonly form: string;
  readonly help: string;
  /** @default nothing that is known */
  readonly kind?: ArgumentKind;
  /** The only values that make sense. @default any */
  readonly choices?: readonly string[];
}

/** A command is one object; what it does is loaded when it is called. */
export interface Command {
  /** Words of the command, e.g. "local up". */
  readonly name: string;
  readonly summary: string;
  /** What follows the words, in order. @default nothing */
  readonly arguments?: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  readonly examples: readonly string[];
  /** Whether, with these options, it goes on until Ctrl-C, which then is no failure. @default never */
  readonly follows?: (options: OptionValues) => boolean;
  readonly load: () => Promise<{ readonly handler: Handler }>;
}

/** The words of an argument that takes several; none when nobody gave any. */
export const wordsOf = (value: OptionValues[string]): readonly string[] =>
  typeof value === "object" ? value : [];

export const yesOption: CommandOption = { flags: "--yes", help: "Answer every question with yes" };
export const eventsOption: CommandOption = {
  flags: "--events",
  help: "print one JSON object per line: every event as it happens, the result last",
};
export const waitLockOption: CommandOption = {
  flags: "--wait-lock",
  help: "wait while another run has the stack, instead of refusing",
};
