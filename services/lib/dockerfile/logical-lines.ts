import { parseInstructions } from "../../../engine/formats/dockerfile.ts";
import { quoted, Refused } from "./refusal.ts";

/** One instruction as the builder reads it: its lines joined, without comments and empty lines. */
export interface LogicalLine {
  /** Where it begins, from 1. */
  readonly line: number;
  /** In upper case. */
  readonly keyword: string;
  /** What follows the keyword, without white space around it. */
  readonly rest: string;
}

/** Bytes of a Dockerfile; builders read no longer line either. */
export const LARGEST_DOCKERFILE = 64 * 1024;
const MOST_INSTRUCTIONS = 500;

const KEYWORDS: ReadonlySet<string> = new Set([
  ...["ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"],
  ...["MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"],
]);

// eslint-disable-next-line no-control-regex -- what a line of a Dockerfile cannot hold
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
/** Go's builder takes these for white space in some places and not in others. */
const STRANGE_SPACE = /[\u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/;
const DIRECTIVE = /^#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=(.*)$/;
const FRONTEND = /^(?:docker\.io\/)?docker\/dockerfile:1(?:\.\d{1,3}){0,2}(?:-labs)?$/;
const HERE_DOCUMENT = /(?:^|[ \t])\d{0,9}<<|<<-?["'\\]?[A-Za-z_]/;

/**
 * Splits a Dockerfile as the builder does. What two builders, or the builder and the parser, could read differently is
 * refused: what was checked has to be what is built.
 * @throws Refused
 */
export function logicalLines(dockerfile: string): readonly LogicalLine[] {
  if (Buffer.byteLength(dockerfile) > LARGEST_DOCKERFILE)
    throw new Refused(1, `the Dockerfile is larger than ${LARGEST_DOCKERFILE / 1024} KiB`);
  const found = split(dockerfile.replace(/^\uFEFF/, "").split("\n"));
  const second = parseInstructions(dockerfile);
  for (let index = 0; index < Math.max(found.length, second.length); index++) {
    const [one, other] = [found[index], second[index]];
    if (one?.line !== other?.line || one?.keyword !== other?.keyword)
      throw new Refused(one?.line ?? other?.line ?? 1, "the instruction can be read in two ways");
  }
  return found;
}

function split(lines: readonly string[]): readonly LogicalLine[] {
  const found: LogicalLine[] = [];
  let open: { readonly line: number; readonly pieces: string[] } | undefined;
  const close = (): void => {
    if (open !== undefined) found.push(instruction(open.line, open.pieces.join("")));
    open = undefined;
    if (found.length > MOST_INSTRUCTIONS)
      throw new Refused(found.at(-1)?.line ?? 1, `there are more than ${MOST_INSTRUCTIONS} instructions`);
  };
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const text = raw.replace(/\r$/, "");
    if (CONTROL.test(text)) throw new Refused(line, "there is a control character in the line");
    const content = text.replace(/^[ \t]+/, "");
    if (content.startsWith("#")) {
      if (found.length === 0 && open === undefined) checkDirective(content, line);
      // Old builders take it for a part of the instruction.
      if (open !== undefined && content !== text && !/^[ \t]*RUN[ \t]/i.test(open.pieces[0] ?? ""))
        throw new Refused(line, "an indented comment inside an instruction can be read in two ways");
      continue;
    }
    if (content.trim() === "") continue;
    if (STRANGE_SPACE.test(text))
      throw new Refused(line, "there is a white space that is neither space nor tab");
    const piece = open === undefined ? content : text;
    open ??= { line, pieces: [] };
    const end = withoutSpacesBehind(piece);
    if (!end.endsWith("\\")) {
      open.pieces.push(piece);
      close();
    } else if (end.endsWith("\\\\")) {
      throw new Refused(line, "a line that ends in two backslashes can be read in two ways");
    } else {
      open.pieces.push(end.slice(0, -1));
    }
  }
  close();
  return found;
}

/** Written without an expression that would look for the end anew at every space. */
function withoutSpacesBehind(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t")) end--;
  return text.slice(0, end);
}

function checkDirective(comment: string, line: number): void {
  const [, name = "", given = ""] = DIRECTIVE.exec(comment) ?? [];
  const value = given.trim();
  switch (name.toLowerCase()) {
    case "syntax":
      if (!FRONTEND.test(value))
        throw new Refused(line, `the syntax ${quoted(value)} is not allowed; docker/dockerfile:1 is`);
      break;
    case "escape":
      if (value !== "\\") throw new Refused(line, "the escape character cannot be changed");
  }
}

function instruction(line: number, text: string): LogicalLine {
  const [, word = "", rest = ""] = /^([^ \t]*)(?![^ \t])(.*)$/s.exec(text.trim()) ?? [];
  const keyword = word.toUpperCase();
  if (!KEYWORDS.has(keyword)) throw new Refused(line, `${quoted(word)} is no instruction`);
  const logical = { line, keyword, rest: rest.trim() };
  if (["ADD", "COPY", "ONBUILD", "RUN"].includes(keyword) && HERE_DOCUMENT.test(logical.rest))
    throw new Refused(line, "here-documents are not supported; put the text into a file of the folder");
  return logical;
}
