import { PermanentFailure } from "./failure.ts";

const LAST_LINES = 15;
/** What the builder says about itself, not about the step. */
const BOOKKEEPING = /^(?:---> |Removing intermediate container )/;

/**
 * Reads what the builder or a push says, line by line of JSON, to its end.
 * @param what for the message, e.g. "the build"
 * @throws PermanentFailure when it failed, with the step that did and the last lines before
 */
export async function followStream(chunks: AsyncIterable<Uint8Array>, what: string): Promise<void> {
  let step: string | undefined;
  const last: string[] = [];
  for await (const line of linesOf(chunks)) {
    const { stream, error } = parseLine(line);
    if (error !== undefined) {
      const output = last.length === 0 ? "" : `\n${last.join("\n")}`;
      throw new PermanentFailure(`${what} failed: ${error}${output}`, step);
    }
    const text = (stream ?? "").trim();
    if (/^Step \d+\/\d+ : /.test(text)) {
      step = text;
      last.length = 0;
    } else if (text !== "" && !BOOKKEEPING.test(text)) {
      last.push(text.slice(0, 500));
      if (last.length > LAST_LINES) last.shift();
    }
  }
}

interface Line {
  readonly stream?: string | undefined;
  readonly error?: string | undefined;
}

function parseLine(line: string): Line {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null) return {};
  const text = (name: string): string | undefined => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === "string" ? found : undefined;
  };
  return { stream: text("stream"), error: text("error") };
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((part) => part.trim() !== "");
  }
  if (rest.trim() !== "") yield rest;
}
