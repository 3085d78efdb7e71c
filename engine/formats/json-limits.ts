/** How much a text from outside may make of itself: an empty object is two letters, and sixty bytes of memory. */
export interface JsonLimits {
  /** Values of all kinds, those inside others included. */
  readonly values: number;
  /** Objects and lists inside each other. */
  readonly depth: number;
}

/**
 * What of a JSON text is more than allowed, counted in one walk over its letters before anything is made of it; of a
 * text that is no JSON it says nothing.
 * @returns a sentence about "it"
 */
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
