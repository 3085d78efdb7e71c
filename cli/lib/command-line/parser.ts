import { Command as Parser, Option } from "commander";

import { helpPage } from "./help.ts";
import { type Options, optionEntries } from "./option.ts";
import type { CommandLine, CommandSpec, GivenLine } from "./spec.ts";
import type { Given } from "./value.ts";

/** What the command line came to. */
export type Run<Spec> = (command: Spec, given: GivenLine) => Promise<void>;

/** A parser of the command line; `run` is called with the command that was asked for. Values are not read here. */
export function createParser<Spec extends CommandSpec>(line: CommandLine<Spec>, run: Run<Spec>): Parser {
  const parser = new Parser(line.name);
  prepare(parser, line, "");
  declareOptions(parser, line.globals);
  for (const command of line.commands) declare(parser, line, command, run);
  return parser;
}

/** Hangs a command into the tree of words, e.g. "up" below "local". */
function declare<Spec extends CommandSpec>(
  parser: Parser,
  line: CommandLine<Spec>,
  command: Spec,
  run: Run<Spec>,
): void {
  const words = command.name.split(" ");
  let entry = parser;
  for (const [depth, word] of words.entries()) {
    const known = entry.commands.find((child) => child.name() === word);
    entry = known ?? prepare(entry.command(word), line, words.slice(0, depth + 1).join(" "));
  }
  const takes = Object.entries(command.arguments ?? {});
  for (const [, { form, help }] of takes) entry.argument(form, help);
  declareOptions(entry, command.options ?? {});
  declareOptions(entry, line.globals);
  entry.action(async () => {
    // The library types them as `any`; arguments have no parser here, so they are words.
    const words = entry.processedArgs as readonly Given[];
    const args = Object.fromEntries(takes.map(([name], index) => [name, words[index]]));
    await run(command, { options: entry.optsWithGlobals(), args });
  });
}

/** Commands of words that are no command by themselves inherit nothing from the root: each is told. */
const prepare = (parser: Parser, line: CommandLine, words: string): Parser =>
  parser.configureHelp({ formatHelp: () => helpPage(line, words) }).exitOverride();

function declareOptions(parser: Parser, options: Options): void {
  for (const [index, { flags, help }] of optionEntries(options).entries()) {
    const option = new Option(flags, help);
    const { repeatable } = Object.values(options)[index] ?? {};
    parser.addOption(repeatable === true ? option.argParser(collect) : option);
  }
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
