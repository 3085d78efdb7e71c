/** No event of the engine comes near this; more than this without a line end is not a stream of events. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Cuts a stream of bytes into its lines, without their ends and without empty ones.
 * @throws RangeError when a line is longer than 1 MiB
 */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new RangeError("a line of the event stream is too long");
    yield* parts.map((part) => part.trimEnd()).filter((part) => part !== "");
  }
  const last = (rest + decoder.decode()).trimEnd();
  if (last !== "") yield last;
}
