import { stripVTControlCharacters } from "node:util";

import { PermanentFailure } from "./failure.ts";

const LAST_LINES = 15;
const LONGEST_LINE = 2000;
/** Letters of everything that a build may say; a thousand times what a failure needs to be understood. */
const LONGEST_OUTPUT = 16 * 1024 * 1024;
/** What the builder says about itself, not about the step. */
const BOOKKEEPING = /^(?:---> |Removing intermediate container )/;

/**
 * Reads what the builder or a push says, line by line of JSON, to its end.
 * @param what for the message, e.g. "the build"
 * @throws PermanentFailure when it failed, with the step that did and the last lines before; when it says too much
 */
export async function followStream(chunks: AsyncIterable<Uint8Array>, what: string): Promise<void> {
  let step: string | undefined;
  // A message may end in the middle of a line: the builder sends what a command wrote as it came.
  let begun = "";
  let last: readonly string[] = [];
  const take = (line: string): void => {
    const text = stripVTControlCharacters(line).trim();
    if (/^Step \d+\/\d+ : /.test(text)) {
      step = text;
      last = [];
    } else if (text !== "" && !BOOKKEEPING.test(text)) {
      last = [...last, text.slice(0, 500)].slice(-LAST_LINES);
    }
  };
  for await (const message of linesOf(limited(chunks, what))) {
    const { stream, error } = parseMessage(message);
    const pieces = (begun + (stream ?? "")).split("\n");
    // Of a line without an end, its beginning is enough; with all of it, each new piece would cost more than the last.
    begun = (pieces.pop() ?? "").slice(0, LONGEST_LINE);
    pieces.forEach(take);
    if (error === undefined) continue;
    take(begun);
    throw new PermanentFailure([`${what} failed: ${error}`, ...last].join("\n"), step);
  }
}

async function* limited(chunks: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  let said = 0;
  for await (const chunk of chunks) {
    said += chunk.byteLength;
    // Leaving the loop gives the connection up, and with it the build.
    if (said > LONGEST_OUTPUT)
      throw new PermanentFailure(
        `${what} says more than ${LONGEST_OUTPUT / 1024 / 1024} MB, and was given up`,
      );
    yield chunk;
  }
}

interface Message {
  readonly stream?: string | undefined;
  readonly error?: string | undefined;
}

function parseMessage(message: string): Message {
  const value: unknown = JSON.parse(message);
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
