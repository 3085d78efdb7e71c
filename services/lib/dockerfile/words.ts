import { quoted, Refused } from "./refusal.ts";

/** The flags of an instruction, and what follows them. */
export interface Flagged {
  /** Name without dashes, and value; in the order of the file. */
  readonly flags: readonly (readonly [string, string])[];
  readonly rest: string;
}

const FLAG = /^--([a-z][a-z-]*)(?:=(\S*))?$/;

/**
 * Takes the flags off the front of an instruction.
 * @param known names that the instruction may have
 * @throws Refused for what is written in a way that hides what it says
 */
export function takeFlags(text: string, known: readonly string[], line: number): Flagged {
  const flags: (readonly [string, string])[] = [];
  let rest = text;
  while (rest.startsWith("--")) {
    const [word = ""] = /^[^ \t]+/.exec(rest) ?? [];
    const [, name = "", value = ""] = FLAG.exec(word) ?? [];
    if (/["'\\]/.test(word) || !known.includes(name))
      throw new Refused(line, `the flag ${quoted(word)} is not understood`);
    flags.push([name, value]);
    rest = rest.slice(word.length).replace(/^[ \t]+/, "");
  }
  return { flags, rest };
}

/** Words between spaces, or the items of a JSON list. @throws Refused for what begins like a list and is none */
export function wordsOrList(text: string, line: number): readonly string[] {
  if (!text.startsWith("[")) return plainWords(text);
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((item): item is string => typeof item === "string")) return list;
  } catch {
    // Said below, with the line.
  }
  throw new Refused(line, "what begins with [ is no JSON list of texts");
}

export const plainWords = (text: string): readonly string[] =>
  text.split(/[ \t]/).filter((word) => word !== "");

/** Words as the builder splits the pairs of LABEL, ARG and ENV: quotes and backslashes hold a word together. */
export function quotedWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  let begun = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (quote === "" && (letter === " " || letter === "\t")) {
      if (begun) words.push(word);
      [word, begun] = ["", false];
      continue;
    }
    begun = true;
    word += letter;
    if (letter === "\\" && quote !== "'") word += text[++at] ?? "";
    else if (quote === "" && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === quote) quote = "";
  }
  if (begun) words.push(word);
  return words;
}
