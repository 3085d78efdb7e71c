import {
  DockerfileParser,
  type Heredoc,
  type Instruction as ParsedInstruction,
  ModifiableInstruction,
} from "dockerfile-ast";

/** One instruction, its continuation lines joined as Docker joins them. */
export interface Instruction {
  /** In upper case, e.g. "FROM". */
  readonly keyword: string;
  /** What follows the keyword, flags first. */
  readonly words: readonly Word[];
  /** Line of the file, from 1. */
  readonly line: number;
}

export interface Word {
  /** Without the line breaks within. */
  readonly text: string;
  /** Where it stands in the file: [start, end). */
  readonly start: number;
  readonly end: number;
}

/** Splits a Dockerfile into its instructions. Never throws: what makes no sense is left for the builder to say. */
export function parseInstructions(dockerfile: string): readonly Instruction[] {
  // The parser takes a byte order mark for the first letter of an instruction.
  const skipped = dockerfile.startsWith("\uFEFF") ? 1 : 0;
  // To the parser a carriage return ends a line, to Docker only a line feed does: alone it is a space like any other.
  const text = dockerfile.slice(skipped).replaceAll(/\r(?!\n)/g, " ");
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  const offsetOf = ({ line, character }: Position): number => (starts[line] ?? 0) + character;
  return parse(text, offsetOf).map((instruction) => ({
    keyword: instruction.getKeyword(),
    words: wordsOf(instruction).map(([value, { start, end }]) => ({
      text: value,
      start: skipped + offsetOf(start),
      end: skipped + offsetOf(end),
    })),
    line: instruction.getRange().start.line + 1,
  }));
}

type Range = ReturnType<ParsedInstruction["getRange"]>;
type Position = Range["start"];

/** Here-documents without an end that are looked at one by one: each has the whole file parsed again. */
const MOST_ROUNDS = 20;

/**
 * The parser takes everything behind a here-document without an end for its content. Builders that know none take it
 * for a word of the shell, so its beginning is hidden, and the rest of the file parsed again; after a number of such
 * rounds the beginnings of all others with it.
 */
function parse(
  text: string,
  offsetOf: (position: Position) => number,
  rounds = MOST_ROUNDS,
): readonly ParsedInstruction[] {
  const instructions = DockerfileParser.parse(text).getInstructions();
  const open = instructions
    .flatMap((each) => (mayHoldDocuments(each) ? each.getHeredocs() : []))
    .find((document) => document.getDelimiterRange() === null);
  if (open === undefined) return instructions;
  const { start } = open.getStartRange();
  const from = offsetOf(start);
  const rest = rounds > 0 ? `__${text.slice(from + "<<".length)}` : text.slice(from).replaceAll("<<", "__");
  return parse(text.slice(0, from) + rest, offsetOf, rounds - 1);
}

/** ADD can ask for its here-documents as well, whatever its type says. */
const mayHoldDocuments = (
  instruction: ParsedInstruction | { getHeredocs(): readonly Heredoc[] },
): instruction is { getHeredocs(): readonly Heredoc[] } =>
  "getKeyword" in instruction && ["ADD", "COPY", "RUN"].includes(instruction.getKeyword());

function wordsOf(instruction: ParsedInstruction): readonly (readonly [string, Range])[] {
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  return [
    ...flags.map((flag) => [flag.toString(), flag.getRange()] as const),
    ...instruction.getArguments().map((word) => [word.getValue(), word.getRange()] as const),
  ];
}
