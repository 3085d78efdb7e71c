import { EXIT_MEANINGS } from "../exit-codes.ts";
import { type Options, optionEntries } from "./option.ts";
import {
  type CommandGroup,
  type CommandHeading,
  type CommandLine,
  commandsOf,
  type CommandSpec,
  formsOf,
  loadCommand,
  type LoadedCommand,
  placeOf,
  takesValue,
} from "./spec.ts";

/** Columns of a page, unless told otherwise. */
const WIDTH = 100;

/**
 * The words that help is asked for: "" is everything.
 * @param words of the command line, without the program's name
 * @returns undefined when nobody asks for help
 */
export async function helpTopic(line: CommandLine, words: readonly string[]): Promise<string | undefined> {
  if (!words.some((word) => HELP.includes(word))) return undefined;
  const place = placeOf(line, words);
  const options = { ...line.globals, ...(await commandAt(line, place))?.options };
  const asked = words.filter((word, index) => word === "--" || !takesValue(options, words[index - 1]));
  const end = asked.indexOf("--");
  const before = end < 0 ? asked : asked.slice(0, end);
  const isAsked = before[0] === "help" || before.some((word) => word === "--help" || word === "-h");
  return isAsked ? place : undefined;
}

const HELP = ["help", "--help", "-h"];

/** The command of these words; undefined when they are only the beginning of some. */
async function commandAt(line: CommandLine, words: string): Promise<LoadedCommand | undefined> {
  const listed = line.commands.find(({ name }) => name === words);
  return listed === undefined ? undefined : loadCommand(listed);
}

/** The page of everything (""), of the commands below some words ("local"), or of one command ("local up"). */
export async function helpPage(line: CommandLine, words: string, width = WIDTH): Promise<string> {
  const command = await commandAt(line, words);
  return command === undefined ? listPage(line, words, width) : commandPage(line, command, width);
}

/** The page of everything, or of the commands below some words. */
function listPage(line: CommandLine, words: string, width = WIDTH): string {
  const below = line.commands.filter(({ name }) => words === "" || name.startsWith(`${words} `));
  const rowOf = ({ name, summary }: CommandHeading): Row => [name, summary];
  const essentials = line.essentials.flatMap((name) => below.filter((command) => command.name === name));
  const groups = line.groups.flatMap((group) => {
    const rows = commandsOf(below, group).map(rowOf);
    return rows.length === 0 ? [] : [{ heading: headingOf(group), rows }];
  });
  const sections = [
    ...(words === "" ? [{ heading: "Start here", rows: essentials.map(rowOf) }] : []),
    ...groups,
    { heading: "Options of every command", rows: rowsOf(line.globals) },
  ];
  const column = Math.max(...sections.flatMap(({ rows }) => rows.map(([left]) => left.length)));
  return [
    words === "" ? `${line.name}: ${line.summary}` : (line.namespaces[words] ?? ""),
    "",
    `Usage: ${[line.name, words].join(" ").trimEnd()} <command> [options]`,
    "",
    ...sections.flatMap(({ heading, rows }) => [heading, ...lines(rows, column, width), ""]),
    `\`${[line.name, words].join(" ").trimEnd()} <command> --help\` shows its options and examples.`,
    "",
  ].join("\n");
}

const headingOf = ({ title, summary }: CommandGroup): string => `${title}: ${summary}`;

function commandPage(line: CommandLine, command: LoadedCommand, width: number): string {
  const { name, summary, description, arguments: takes = {}, options = {}, examples } = command;
  const sections = [
    { heading: "Arguments", rows: Object.values(takes).map(({ form, help }): Row => [form, help]) },
    { heading: "Options", rows: rowsOf(options) },
    { heading: "Options of every command", rows: rowsOf(line.globals) },
    { heading: "Exit codes", rows: exitRows(command) },
  ].filter(({ rows }) => rows.length > 0);
  const column = Math.max(...sections.flatMap(({ rows }) => rows.map(([left]) => left.length)));
  return [
    `Usage: ${[line.name, name, ...(Object.keys(options).length === 0 ? [] : ["[options]"]), ...formsOf(command)].join(" ")}`,
    "",
    ...wrap(`${summary}.`, width),
    ...(description === undefined ? [] : ["", ...wrap(description, width)]),
    "",
    ...sections.flatMap(({ heading, rows }) => [heading, ...lines(rows, column, width), ""]),
    "Examples",
    ...examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

/** What is explained, and its explanation. */
type Row = readonly [left: string, right: string];

const rowsOf = (options: Options): readonly Row[] =>
  optionEntries(options).map(({ flags, help }) => [flags, help]);

const exitRows = ({ exitCodes = [] }: CommandSpec): readonly Row[] =>
  exitCodes.map((code) => [String(code), EXIT_MEANINGS[code] ?? ""]);

function lines(rows: readonly Row[], column: number, width: number): readonly string[] {
  const indent = " ".repeat(column + 4);
  return rows.flatMap(([left, right]) => {
    const [first = "", ...more] = wrap(right, Math.max(width - indent.length, 20));
    return [`  ${left.padEnd(column)}  ${first}`, ...more.map((each) => `${indent}${each}`)];
  });
}

/** Breaks a text between words. */
function wrap(text: string, width: number): readonly string[] {
  const wrapped: string[] = [];
  let current = "";
  for (const word of text.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      wrapped.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...wrapped, current];
}
