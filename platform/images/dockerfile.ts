/**
 * As much of the Dockerfile language as is needed to find the images that a Dockerfile builds on: instructions
 * over several lines, comments, here-documents, parser directives. Offsets are kept, so that a mention can be
 * replaced with every other byte left as it is.
 */

/** One instruction, its continuation lines joined as Docker joins them. */
export interface Instruction {
  /** In upper case, e.g. "FROM". */
  readonly keyword: string;
  /** What follows the keyword. */
  readonly words: readonly Word[];
  /** The same as one text. */
  readonly rest: string;
  /** Line of the file, from 1. */
  readonly line: number;
}

export interface Word {
  readonly text: string;
  /** Where it stands in the file: [start, end). */
  readonly start: number;
  readonly end: number;
}

interface Line {
  readonly text: string;
  readonly start: number;
  readonly number: number;
}

/** Characters of one logical line, each with its offset in the file. */
interface LogicalLine {
  readonly text: string;
  readonly offsets: readonly number[];
  readonly line: number;
}

/** Splits a Dockerfile into its instructions. Never throws: what makes no sense is left for the builder to say. */
export function parseInstructions(dockerfile: string): readonly Instruction[] {
  const escape = escapeCharacter(dockerfile);
  const lines = splitLines(dockerfile);
  const instructions: Instruction[] = [];
  let index = 0;
  while (index < lines.length) {
    const { logical, next } = readLogicalLine(lines, index, escape);
    index = next;
    const instruction = toInstruction(logical);
    if (instruction === undefined) continue;
    instructions.push(instruction);
    for (const end of hereDocuments(instruction)) index = skipHereDocument(lines, index, end);
  }
  return instructions;
}

/** `# escape=` counts among the `# name=value` lines at the very top only. */
function escapeCharacter(dockerfile: string): string {
  for (const line of dockerfile.replace(/^\uFEFF/, "").split("\n")) {
    const directive = /^\s*#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$/.exec(line);
    if (directive === null) break;
    if (directive[1]?.toLowerCase() === "escape" && directive[2] === "`") return "`";
  }
  return "\\";
}

function splitLines(dockerfile: string): readonly Line[] {
  const lines: Line[] = [];
  let start = dockerfile.startsWith("\uFEFF") ? 1 : 0;
  for (const [index, raw] of dockerfile.slice(start).split("\n").entries()) {
    lines.push({ text: raw.replace(/\r$/, ""), start, number: index + 1 });
    start += raw.length + 1;
  }
  return lines;
}

function readLogicalLine(
  lines: readonly Line[],
  from: number,
  escape: string,
): { readonly logical: LogicalLine; readonly next: number } {
  let text = "";
  let first: number | undefined;
  const offsets: number[] = [];
  let index = from;
  for (; index < lines.length; index++) {
    const line = lines[index];
    // Comments and empty lines may stand between an instruction's lines.
    if (line === undefined || /^\s*(#|$)/.test(line.text)) continue;
    first ??= line.number;
    const trimmed = line.text.trimEnd();
    const continued = trimmed.endsWith(escape);
    const kept = continued ? trimmed.slice(0, -1) : line.text;
    text += kept;
    for (let column = 0; column < kept.length; column++) offsets.push(line.start + column);
    if (!continued) break;
  }
  return { logical: { text, offsets, line: first ?? from + 1 }, next: index + 1 };
}

function toInstruction(logical: LogicalLine): Instruction | undefined {
  const [keyword, ...words] = [...logical.text.matchAll(/\S+/g)].map((match): Word => {
    const last = match.index + match[0].length - 1;
    // Every matched character has an offset; the fallback only satisfies the type.
    return {
      text: match[0],
      start: logical.offsets[match.index] ?? 0,
      end: (logical.offsets[last] ?? 0) + 1,
    };
  });
  if (keyword === undefined) return undefined;
  return {
    keyword: keyword.text.toUpperCase(),
    words,
    rest: logical.text.trimStart().slice(keyword.text.length).trim(),
    line: logical.line,
  };
}

interface HereDocument {
  readonly name: string;
  /** `<<-`: tabs before the end are allowed. */
  readonly tabs: boolean;
}

function hereDocuments(instruction: Instruction): readonly HereDocument[] {
  if (!["RUN", "COPY", "ADD"].includes(instruction.keyword)) return [];
  return [...instruction.rest.matchAll(/(?<![<\w])<<(-?)(["']?)([A-Za-z_]\w*)\2(?=[\s;|&>)]|$)/g)].map(
    (match) => ({ name: match[3] ?? "", tabs: match[1] === "-" }),
  );
}

/** @returns the index after the end of the document; `from` when it has none, i.e. when it was something else */
function skipHereDocument(lines: readonly Line[], from: number, document: HereDocument): number {
  const end = lines.findIndex(
    (line, index) =>
      index >= from && (document.tabs ? line.text.replace(/^\t+/, "") : line.text) === document.name,
  );
  return end === -1 ? from : end + 1;
}
