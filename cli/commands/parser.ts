import { InvalidArgumentError, Option, Command as Parser } from "commander";

import type { Command, OptionValues } from "./command.ts";

/** What the command line came to. */
export type Run = (command: Command, options: OptionValues) => Promise<void>;

/** Options of every command; they may stand before and after its words. */
export const GLOBAL_OPTIONS = [
  { flags: "--stack <name>", help: "the stack to work on (default: local)" },
  { flags: "--config <file>", help: "env file that goes before all others" },
  { flags: "--json", help: "print one JSON document instead of text" },
  { flags: "--quiet", help: "print the result only, no progress" },
] as const;

/** The command line that a list of commands makes; `run` is called with the one that was asked for. */
export function createParser(commands: readonly Command[], run: Run): Parser {
  const parser = new Parser("nasiko").description("The Nasiko agent platform on your machine");
  for (const option of globalOptions()) parser.addOption(option);
  for (const command of commands) declare(parser, command, run);
  return parser;
}

/** Hangs a command into the tree of words, e.g. "up" below "local". */
function declare(parser: Parser, command: Command, run: Run): void {
  const words = command.name.split(" ");
  const last = words.at(-1) ?? command.name;
  let parent = parser;
  for (const word of words.slice(0, -1)) {
    parent = parent.commands.find((known) => known.name() === word) ?? parent.command(word);
  }
  const entry = parent.command(last).description(command.summary);
  const takes = command.arguments ?? [];
  for (const { form, help } of takes) entry.argument(form, help);
  for (const { flags, help } of command.options) entry.option(flags, help);
  for (const option of globalOptions()) entry.addOption(option.hideHelp(!option.flags.startsWith("--json")));
  entry.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`);
  entry.action(async () => {
    const values = entry.processedArgs as readonly OptionValues[string][];
    const given = Object.fromEntries(takes.map(({ name }, index) => [name, values[index]]));
    await run(command, { ...entry.optsWithGlobals<OptionValues>(), ...given });
  });
}

function globalOptions(): readonly Option[] {
  return GLOBAL_OPTIONS.map(({ flags, help }) => {
    const option = new Option(flags, help);
    return flags.startsWith("--stack") ? option.argParser(stackName) : option;
  });
}

function stackName(value: string): string {
  if (value === "") throw new InvalidArgumentError("a stack needs a name");
  return value;
}
