import { randomInt } from "node:crypto";

import { createColors } from "picocolors";

export type Colors = ReturnType<typeof createColors>;

/**
 * What a terminal acts on instead of showing it: control characters but for line ends and tabs, those of eight bits
 * (C1), and what turns the direction of text round. With it a log line could name the window, write to the clipboard,
 * hide lines, or look like another one.
 */
const ACTIVE =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A character as it is written in source text, e.g. "\x1b" or "\u202e". */
function written(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
}

/** The same text for JSON, where every character may be written by its number. */
export const visibleJson = (json: string): string =>
  // In a document of several lines the line ends are ours: within strings JSON has none.
  json.replaceAll(ACTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Colours that a terminal gets, and nothing else that it would act on. */
export interface Paint {
  readonly colors: Colors;
  /** What a terminal is given: our own colours, and everything else made visible. */
  readonly show: (text: string) => string;
}

/**
 * Colours are told from escapes that somebody else wrote by numbers that nobody else knows: they stand in a colour's
 * sequence until it is shown. It stays a sequence meanwhile, so that whoever measures a line need not know of it.
 */
export function createPaint(enabled: boolean): Paint {
  const mark = `${SEQUENCE}${Array.from({ length: 6 }, () => `${randomInt(1000, 10_000)};`).join("")}`;
  const plain: Readonly<Record<string, Formatter | boolean>> = { ...createColors(enabled) };
  const marked = Object.entries(plain).map(([name, paint]) => [
    name,
    typeof paint === "function" ? markedFormatter(paint, mark) : paint,
  ]);
  return {
    // Every entry is one of the same name and kind.
    colors: Object.fromEntries(marked) as Colors,
    show: (text) => {
      const [first = "", ...others] = text.split(mark);
      return [inert(first), ...others.map(colored)].join("");
    },
  };
}

const SEQUENCE = "\u001b[";

const inert = (text: string): string => text.replaceAll(ACTIVE, written);

/** What comes after a mark: the rest of a colour's sequence, and text. */
function colored(part: string): string {
  const code = /^\d{1,3}m/.exec(part)?.[0] ?? "";
  return `${code === "" ? "" : `${SEQUENCE}${code}`}${inert(part.slice(code.length))}`;
}

type Formatter = Colors["red"];

/** The codes around a text, marked; codes in the text stay what they are: somebody else's. */
function markedFormatter(paint: Formatter, mark: string): Formatter {
  const [open = "", close = ""] = paint("\0").split("\0");
  if (close === "") return String;
  const before = open.replaceAll(SEQUENCE, mark);
  const after = close.replaceAll(SEQUENCE, mark);
  // A colour within goes back to this one, not to none.
  return (text) => `${before}${String(text).replaceAll(after, `${after}${before}`)}${after}`;
}
