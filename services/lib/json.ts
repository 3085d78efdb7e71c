export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isText = (value: unknown): value is string => typeof value === "string";

/** `JSON.parse` is typed `any`; this makes it honest. @throws SyntaxError */
export const parseJson = (text: string): unknown => JSON.parse(text);

/** How much a text from outside may make of itself: an empty object is two letters, and sixty bytes of memory. */
export interface JsonLimits {
  /** Values of all kinds, those inside others included. */
  readonly values: number;
  /** Objects and lists inside each other. */
  readonly depth: number;
}

/** A text that would become more than allowed; nothing was made of it yet. */
export class JsonTooLarge extends Error {}

/**
 * Parses JSON from outside. What it would become is counted first, in one walk over its letters.
 * @throws JsonTooLarge, SyntaxError
 */
export function parseBoundedJson(text: string, limits: JsonLimits): unknown {
  const problem = jsonProblem(text, limits);
  if (problem !== undefined) throw new JsonTooLarge(problem);
  return parseJson(text);
}

/** What of a JSON text is more than allowed; of a text that is no JSON it says nothing. */
export function jsonProblem(text: string, { values, depth }: JsonLimits): string | undefined {
  let [count, level] = [1, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charAt(at)) {
      case '"':
        at = endOfString(text, at);
        break;
      case "{":
      case "[":
        count++;
        if (++level > depth) return `it is more than ${depth} levels deep`;
        break;
      case "}":
      case "]":
        level--;
        break;
      case ",":
        count++;
        break;
      default:
    }
    if (count > values) return `it holds more than ${values} values`;
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
