import { interpolate, type Variable, type VariableLookup } from "./interpolate.ts";

/** One variable of an env file. */
export interface EnvFileVariable extends Variable {
  readonly name: string;
  /** Line of the file, from 1. */
  readonly line: number;
}

export interface EnvFile {
  /** In the order of the file; of a name that comes twice the last counts. */
  readonly variables: readonly EnvFileVariable[];
  /** Lines that say nothing that could be understood. */
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
}

/** Characters of one value, and of all: Linux hands a process no longer ones. */
const LONGEST_VALUE = 128 * 1024;
const LONGEST_TOGETHER = 2 * 1024 * 1024;

/**
 * Reads KEY=value lines as Docker Compose does: `#` begins a comment at the start of a line or after a blank, single
 * quotes keep everything, double quotes know escapes, quoted values may go over lines, `export` may stand before a
 * name, and a name without a value takes that of the surroundings, if there is one.
 * What is filled in may be filled in again further down, so what values become is limited as well.
 * @param bytes UTF-8, with or without a byte order mark, line ends of any system
 * @param lookup variables of the surroundings: they fill in `${NAME}` before those of the file do
 */
export function readEnvFile(bytes: Uint8Array, lookup: VariableLookup = () => undefined): EnvFile {
  const text = decode(bytes);
  if (text === undefined)
    return {
      variables: [],
      problems: [{ line: 1, reason: `it is ${encodingOf(bytes)}, and no UTF-8 text` }],
    };
  const variables: EnvFileVariable[] = [];
  const problems: { line: number; reason: string }[] = [];
  const known = new Map<string, Variable>();
  const find: VariableLookup = (name) => lookup(name) ?? known.get(name);
  let rest = text.replaceAll("\r\n", "\n");
  let [line, together] = [1, 0];
  while (rest !== "") {
    const [whole] = /^[^\n]*(?:\n|$)/.exec(rest) ?? [rest];
    const entry = readEntry(rest, find);
    const length = Math.max(entry.length, whole.length);
    const read = rest.slice(0, length);
    if (entry.kind === "problem") problems.push({ line, reason: entry.reason });
    if (entry.kind === "variable") {
      together += entry.variable.value.length;
      if (together > LONGEST_TOGETHER)
        return {
          variables,
          problems: [...problems, { line, reason: "all values together are longer than 2 MiB" }],
        };
      known.set(entry.name, entry.variable);
      variables.push({ name: entry.name, ...entry.variable, line });
    }
    line += read.split("\n").length - 1;
    rest = rest.slice(length);
  }
  return { variables, problems };
}

/** The same as names and values, for who needs no more. */
export const valuesOf = ({ variables }: Pick<EnvFile, "variables">): Readonly<Record<string, string>> =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

type Entry = {
  /** Characters that it takes. */
  readonly length: number;
} & (
  | { readonly kind: "nothing" }
  | { readonly kind: "variable"; readonly name: string; readonly variable: Variable }
  | { readonly kind: "problem"; readonly reason: string }
);

const BLANK_OR_COMMENT = /^[^\S\n]*(?:#[^\n]*)?(?:\n|$)/;
const NAME = /^[^\S\n]*(?:export[^\S\n]+)?([\p{L}\p{N}_.[\]-]+)[^\S\n]*/u;

function readEntry(rest: string, find: VariableLookup): Entry {
  const blank = BLANK_OR_COMMENT.exec(rest);
  if (blank !== null) return { kind: "nothing", length: blank[0].length };
  const named = NAME.exec(rest);
  const [head = "", name = ""] = named ?? [];
  const after = rest.charAt(head.length);
  if (named !== null && (after === "\n" || after === "")) {
    const inherited = find(name);
    return inherited === undefined
      ? { kind: "nothing", length: head.length }
      : { kind: "variable", length: head.length, name, variable: inherited };
  }
  if (named === null || (after !== "=" && after !== ":"))
    return { kind: "problem", length: 0, reason: "it is no line of the form NAME=value" };
  const start = head.length + 1 + (/^[^\S\n]*/.exec(rest.slice(head.length + 1))?.[0].length ?? 0);
  return readValue(rest, start, name, find);
}

function readValue(rest: string, start: number, name: string, find: VariableLookup): Entry {
  const value = rest.slice(start);
  const quote = value.charAt(0);
  if (quote !== '"' && quote !== "'") {
    const [whole] = /^[^\n]*/.exec(value) ?? [""];
    // Where blanks are skipped before the value, "#" is no comment any more: as Compose has it.
    const plain = whole.replace(/(?<=\S)\s+#.*$/, "").trim();
    return filled(name, plain, start + whole.length, find);
  }
  const [closed, inner = ""] =
    (quote === '"' ? /^"((?:[^"\\]|\\[\s\S])*)"/ : /^'((?:[^'\\]|\\[\s\S])*)'/).exec(value) ?? [];
  if (closed === undefined)
    return { kind: "problem", length: 0, reason: `its ${quote} is not closed by another` };
  const [behind = ""] = /^[^\n]*/.exec(value.slice(closed.length)) ?? [];
  const length = start + closed.length + behind.length;
  if (!/^\s*(?:#.*)?$/.test(behind))
    return {
      kind: "problem",
      length,
      reason: `${JSON.stringify(shortened(behind.trim()))} follows its closing ${quote}`,
    };
  if (quote === "'") {
    const plain = inner.replaceAll(String.raw`\'`, "'");
    return { kind: "variable", length, name, variable: { value: plain, sensitive: false } };
  }
  return filled(name, unescape(inner), length, find);
}

function filled(name: string, text: string, length: number, find: VariableLookup): Entry {
  try {
    const { value, sensitive, demanded } = interpolate(text, find);
    const [required] = demanded;
    if (value.length > LONGEST_VALUE)
      return { kind: "problem", length, reason: "it becomes longer than 128 KiB" };
    if (required !== undefined)
      return { kind: "problem", length, reason: `it needs ${required}, which has no value` };
    return { kind: "variable", length, name, variable: { value, sensitive } };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: "problem", length, reason: error.message };
    throw error;
  }
}

/** As much as says what it is. */
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: "\u0007", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\\": "\\", '"': '"' },
  // Not to be filled in.
  $: "$$",
};

const unescape = (text: string): string =>
  text.replace(/\\([\s\S])/g, (both, one: string) => ESCAPES[one] ?? both);

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function encodingOf([first, second]: Uint8Array): string {
  const mark = [first, second].join(" ");
  return mark === "255 254" || mark === "254 255"
    ? "UTF-16, as PowerShell and Notepad write it"
    : "in another encoding";
}
