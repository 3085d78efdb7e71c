import type { Instruction } from "./dockerfile.ts";

/**
 * Notes the variables of an ARG or ENV line.
 * @param args build arguments, which win over what the line says
 */
export function declareVariables(
  { words }: Pick<Instruction, "words">,
  variables: Map<string, string>,
  args: Readonly<Record<string, string>> = {},
): void {
  const rest = words.map(({ text }) => text).join(" ");
  for (const match of rest.matchAll(/([A-Za-z_]\w*)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|\S*))?/g)) {
    const name = match[1] ?? "";
    const value = args[name] ?? (match[2] === undefined ? undefined : fillIn(unquote(match[2]), variables));
    if (value !== undefined) variables.set(name, value);
  }
}

/** Letters of a value: each may be made of earlier ones, so that a short file could ask for all memory there is. */
const LONGEST_VALUE = 64 * 1024;

/** $NAME, ${NAME}, ${NAME:-default}, ${NAME:+instead}; an unknown name is empty, as in Docker,
 *  and so is what would become longer than 64 KiB. */
export function fillIn(text: string, variables: ReadonlyMap<string, string>): string {
  let left = LONGEST_VALUE - text.length;
  const filled = text.replace(
    /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:[-+])([^}]*))?\})/g,
    (_match, plain?: string, braced?: string, operator?: string, word?: string) => {
      const value = variables.get(plain ?? braced ?? "") ?? "";
      left -= value.length;
      if (left < 0) return "";
      if (operator === ":-") return value === "" ? (word ?? "") : value;
      if (operator === ":+") return value === "" ? "" : (word ?? "");
      return value;
    },
  );
  return left < 0 ? "" : filled;
}

/** A word without the quotes around it. */
export const unquote = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
