import { CST, Lexer, LineCounter, parseDocument, Parser } from "yaml";

/** Characters: people write these files by hand. */
const LONGEST = 256 * 1024;
/** Values of all kinds. The library compares every key of a mapping with every other. */
const MOST_VALUES = 10_000;
/** Signs, words and line ends: each value has a few. */
const MOST_TOKENS = 60_000;
/** Tags and anchors before one value: the library looks at all of them again with each. */
const MOST_PROPERTIES = 8;
/** Mappings and lists inside each other; the library goes down by calling itself. */
const DEEPEST = 64;

/** What of a YAML text is more than a person writes; nothing was made of it yet. */
export interface YamlProblem {
  /** From 1. */
  readonly line: number;
  /** A sentence about "it". */
  readonly reason: string;
}

/** A YAML text that would become more than allowed. */
class YamlTooLarge extends Error {
  readonly line: number;

  constructor({ line, reason }: YamlProblem) {
    super(`${reason} (line ${line})`);
    this.line = line;
  }
}

/**
 * What of a YAML text cannot be read in a bounded time: its size, the number and depth of its values, and keys that
 * are no texts. It is found in the tokens, before anything is made of them; what is no YAML is no matter of this.
 */
export function yamlProblem(text: string): YamlProblem | undefined {
  if (text.length > LONGEST) return { line: 1, reason: `it is longer than ${LONGEST / 1024} KiB` };
  const lines = new LineCounter();
  lines.addNewLine(0);
  const read = readTokensOrTooDeep(text, lines);
  if ("reason" in read) return read;
  const waiting = read.tokens.map((token) => ({ token, depth: 0 }));
  let values = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    const refuse = (reason: string): YamlProblem => ({ line: lines.linePos(token.offset).line, reason });
    if ((values += 1) > MOST_VALUES) return refuse(`it holds more than ${MOST_VALUES} values`);
    if (depth > DEEPEST) return refuse(`it is more than ${DEEPEST} levels deep`);
    if (token.type === "document" && token.value !== undefined) waiting.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const { key, value } of token.items) {
      if (key !== undefined && key !== null && "items" in key) return refuse("a key is a mapping or a list");
      if (key !== undefined && key !== null) waiting.push({ token: key, depth: depth + 1 });
      if (value !== undefined) waiting.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}

const PROPERTIES = ["tag", "anchor"];
const BETWEEN = ["space", "newline", "comment"];

/** The parser calls itself for each level: thousands of them, as in "- - - -", are more than the stack holds. */
function readTokensOrTooDeep(text: string, lines: LineCounter): ReturnType<typeof readTokens> {
  try {
    return readTokens(text, lines);
  } catch (error) {
    if (error instanceof RangeError) return { line: 1, reason: `it is more than ${DEEPEST} levels deep` };
    throw error;
  }
}

function readTokens(
  text: string,
  lines: LineCounter,
): { readonly tokens: readonly CST.Token[] } | YamlProblem {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let [count, properties, offset] = [0, 0, 0];
  for (const source of new Lexer().lex(text)) {
    const refuse = (reason: string): YamlProblem => ({ line: lines.linePos(offset).line, reason });
    const type = CST.tokenType(source) ?? "";
    if (PROPERTIES.includes(type)) properties += 1;
    else if (!BETWEEN.includes(type)) properties = 0;
    if (properties > MOST_PROPERTIES)
      return refuse(`a value has more than ${MOST_PROPERTIES} tags and anchors`);
    if ((count += 1) > MOST_TOKENS) return refuse(`it holds more than ${MOST_TOKENS} signs and words`);
    tokens.push(...parser.next(source));
    offset += source.length;
  }
  tokens.push(...parser.end());
  return { tokens };
}

/** How often aliases may repeat what they stand for: each repetition is a copy to whoever walks over the result. */
export const MOST_ALIASES = 100;

/**
 * Parses YAML from outside.
 * @throws YamlTooLarge; Error when it is no YAML, or its aliases stand for too much
 */
export function parseBoundedYaml(text: string): unknown {
  const problem = yamlProblem(text);
  if (problem !== undefined) throw new YamlTooLarge(problem);
  const lineCounter = new LineCounter();
  // Pretty errors quote the text, for each of perhaps thousands; only the first is told.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined)
    throw new Error(`${error.message} (line ${lineCounter.linePos(error.pos[0]).line})`);
  const data: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
  return data;
}
