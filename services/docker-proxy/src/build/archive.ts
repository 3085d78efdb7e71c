/** Where the magic of a tar header stands, and what it says. */
const MAGIC = { start: 257, end: 262, text: "ustar" };
/** Bytes of a build context; far more than an upload may hold. */
const LARGEST = 1024 * 1024 * 1024;

/** The body of a build is not what it should be. */
export class BadArchive extends Error {}

/**
 * Passes a build context on when it is a plain tar archive. A compressed one is refused: the engine would unpack
 * it, however much comes out.
 * @throws BadArchive at its start, or when it is too large
 */
export async function* plainTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  let checked = false;
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > LARGEST) throw new BadArchive("the build context is too large");
    if (checked) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.byteLength < MAGIC.end) continue;
    if (head.toString("latin1", MAGIC.start, MAGIC.end) !== MAGIC.text)
      throw new BadArchive("the build context is not a plain tar archive");
    checked = true;
    yield head;
  }
  if (!checked) throw new BadArchive("the build context is not a plain tar archive");
}
