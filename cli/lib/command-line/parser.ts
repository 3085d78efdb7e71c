import { Command as Parser, Option } from "commander";

import { listPage } from "./help.ts";
import { type Options, optionEntries } from "./option.ts";
import {
  type CommandHeading,
  type CommandLine,
  type CommandSpec,
  type GivenLine,
  type ListedCommand,
  loadCommand,
  type LoadedCommand,
  placeOf,
} from "./spec.ts";
import type { Given } from "./value.ts";

/** What the command line came to. */
export type Run<Spec> = (command: Spec, given: GivenLine) => Promise<void>;

/**
 * A parser of the command line; `run` is called with the command that was asked for. Values are not read here. It
 * knows the words of all commands, to tell which was meant, and everything of that one alone.
 * @param words what is to be parsed, without the program's name
 */
export async function createParser<Spec extends CommandSpec>(
  line: CommandLine<ListedCommand<Spec>>,
  words: readonly string[],
  run: Run<LoadedCommand<Spec>>,
): Promise<Parser> {
  const parser = explain(new Parser(line.name), line, "");
  declareOptions(parser, line.globals);
  const entries = line.commands.map((command) => [command.name, declare(parser, line, command)] as const);
  const place = placeOf(line, words);
  const asked = line.commands.find(({ name }) => name === place);
  if (asked !== undefined)
    prepare(new Map(entries).get(place) ?? parser, line, await loadCommand(asked), run);
  return parser;
}

/** Hangs a command into the tree of words, e.g. "up" below "local". */
function declare(parser: Parser, line: CommandLine, { name }: CommandHeading): Parser {
  const words = name.split(" ");
  let entry = parser;
  for (const [depth, word] of words.entries()) {
    const known = entry.commands.find((child) => child.name() === word);
    entry = known ?? explain(entry.command(word), line, words.slice(0, depth + 1).join(" "));
  }
  return entry;
}

/** Commands of words that are no command by themselves inherit nothing from the root: each is told. */
const explain = (parser: Parser, line: CommandLine, words: string): Parser =>
  parser.configureHelp({ formatHelp: () => listPage(line, words) }).exitOverride();

/** Tells the parser what a command takes, and what is to be done. */
function prepare<Spec extends CommandSpec>(
  entry: Parser,
  { globals }: CommandLine<ListedCommand<Spec>>,
  command: LoadedCommand<Spec>,
  run: Run<LoadedCommand<Spec>>,
): void {
  const takes = Object.entries(command.arguments ?? {});
  for (const [, { form, help }] of takes) entry.argument(form, help);
  declareOptions(entry, command.options ?? {});
  declareOptions(entry, globals);
  entry.action(async () => {
    // The library types them as `any`; arguments have no parser here, so they are words.
    const words = entry.processedArgs as readonly Given[];
    const args = Object.fromEntries(takes.map(([name], index) => [name, words[index]]));
    await run(command, { options: entry.optsWithGlobals(), args });
  });
}

function declareOptions(parser: Parser, options: Options): void {
  for (const [index, { flags, help }] of optionEntries(options).entries()) {
    const option = new Option(flags, help);
    const { repeatable } = Object.values(options)[index] ?? {};
    parser.addOption(repeatable === true ? option.argParser(collect) : option);
  }
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
