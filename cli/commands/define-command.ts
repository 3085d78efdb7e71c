import { NasikoErrors } from "../../platform/errors/define-error.ts";
import type { Arguments } from "../lib/command-line/argument.ts";
import { optionInvalid } from "../lib/command-line/errors.ts";
import { optionName, type Options } from "../lib/command-line/option.ts";
import type { CommandSpec, GivenLine } from "../lib/command-line/spec.ts";
import { readTable, type ValuesOf } from "../lib/command-line/value.ts";
import type { CommandResult } from "../lib/command-result.ts";
import type { CommandContext } from "../stack/context.ts";
import { GLOBAL_OPTIONS } from "./options.ts";

/** What a command was called with: every value is read, and is what its spec says. */
export interface Invocation<Spec extends CommandSpec> {
  readonly options: ValuesOf<NonNullable<Spec["options"]>> & ValuesOf<typeof GLOBAL_OPTIONS>;
  readonly args: ValuesOf<NonNullable<Spec["arguments"]>>;
}

/** What a command does. It reaches the outside world through its context alone, and writes nothing but a result. */
export type Handler<Spec extends CommandSpec> = (
  context: CommandContext,
  invocation: Invocation<Spec>,
) => Promise<CommandResult>;

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- It is meant: a table without a name, in which every name is misspelt.
type Nothing = Readonly<Record<never, never>>;

/** A command whose options have been read. */
export interface Call {
  readonly globals: ValuesOf<typeof GLOBAL_OPTIONS>;
  /** It goes on until Ctrl-C, which then is no failure. */
  readonly follows: boolean;
  readonly run: (context: CommandContext) => Promise<CommandResult>;
}

export interface Command extends CommandSpec {
  /** @throws NasikoErrors naming every value that cannot be used */
  readonly prepare: (given: GivenLine) => Call;
}

/**
 * A command's options and help; its words stand in the list of all commands. It is a constant of its own, beside the command: the handler's type is made from
 * it, and TypeScript infers no type from an initializer that refers to itself.
 */
export const defineSpec = <
  const CommandOptions extends Options = Nothing,
  const CommandArguments extends Arguments = Nothing,
>(
  spec: CommandSpec<CommandOptions, CommandArguments>,
): CommandSpec<CommandOptions, CommandArguments> => spec;

/** A command: its spec, and its handler, which is loaded when the command is called. */
export function defineCommand<CommandOptions extends Options, CommandArguments extends Arguments>(
  spec: CommandSpec<CommandOptions, CommandArguments>,
  load: () => Promise<{ readonly handler: Handler<CommandSpec<CommandOptions, CommandArguments>> }>,
): Command {
  return {
    ...spec,
    prepare: (given) => {
      const options = readTable({ ...GLOBAL_OPTIONS, ...spec.options }, given.options, optionName);
      const args = readTable(spec.arguments ?? {}, given.args, (name) => `<${name}>`);
      // The tables' types say what each of their readers returns.
      const globals = options.values as ValuesOf<typeof GLOBAL_OPTIONS>;
      const invocation = { options: options.values, args: args.values } as Invocation<typeof spec>;
      const flag: string | undefined = spec.follows;
      const follows = flag === "always" || (flag !== undefined && options.values[flag] === true);
      const problems = [...options.problems, ...args.problems];
      if (follows && flag !== "always" && globals.json) problems.push(endless(flag));
      if (problems.length > 0) throw new NasikoErrors(problems);
      return { globals, follows, run: async (context) => (await load()).handler(context, invocation) };
    },
  };
}

const endless = (flag: string | undefined): ReturnType<typeof optionInvalid> =>
  optionInvalid({
    option: "--json",
    reason: "what never ends is no document",
    instead: `--${flag ?? ""} --events`,
  });

/** How the answer is to be written; known although other options cannot be used, so that the refusal is written so, too. */
export const outputMode = ({
  options,
}: GivenLine): { readonly json: boolean; readonly events: boolean; readonly quiet: boolean } => ({
  json: options["json"] === true,
  events: options["events"] === true,
  quiet: options["quiet"] === true,
});
