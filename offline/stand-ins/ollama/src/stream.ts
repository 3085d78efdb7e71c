/** Content type of a JSON value per line. */
export const NDJSON = "application/x-ndjson";

/** Each value on a line of its own. */
export function* jsonLines(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`;
}

/** Each value as a server-sent event, and OpenAI's end mark. */
export function* serverSentEvents(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield `data: ${JSON.stringify(value)}\n\n`;
  yield "data: [DONE]\n\n";
}
