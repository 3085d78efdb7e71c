import { BadArchive, createTarReader, type TarEntry } from "./tar-reader.ts";

export interface ContextOptions {
  /** Bytes of the whole archive. */
  readonly largest: number;
  /** Why a Dockerfile is not built; undefined for one that is. */
  readonly refusal: (dockerfile: string) => string | undefined;
}

const DOCKERFILE = "Dockerfile";
/** Bytes. */
const LARGEST_DOCKERFILE = 64 * 1024;
const MOST_ENTRIES = 20_000;

/**
 * Passes a build context on, once its Dockerfile was found fit to be built: it is the first entry of the archive, and
 * nothing that comes later can take its place. The rest is passed on as it comes, whatever its size.
 * @throws BadArchive before anything that is not allowed has been passed on
 */
export async function* checkedContext(
  chunks: AsyncIterable<Uint8Array>,
  { largest, refusal }: ContextOptions,
): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  const names = new Set<string>();
  const links = new Set<string>();
  // Changed by what the reader calls, which the compiler does not see.
  const state: { checked: boolean } = { checked: false };
  let size = 0;

  const onEntry = (entry: TarEntry): boolean => {
    if (names.size === 0 && (entry.name !== DOCKERFILE || entry.kind !== "file"))
      throw new BadArchive("the build context does not begin with the Dockerfile");
    if (names.size > MOST_ENTRIES) throw new BadArchive(`there are more than ${MOST_ENTRIES} files`);
    if (names.has(entry.name)) throw new BadArchive(`${JSON.stringify(entry.name)} is there twice`);
    // Unpacked through a link, a file would take another's place.
    for (let slash = entry.name.indexOf("/"); slash !== -1; slash = entry.name.indexOf("/", slash + 1))
      if (links.has(entry.name.slice(0, slash)))
        throw new BadArchive(`${JSON.stringify(entry.name)} is below a link`);
    names.add(entry.name);
    if (entry.kind === "link") links.add(entry.name);
    if (names.size > 1) return false;
    if (entry.size > LARGEST_DOCKERFILE) throw new BadArchive("Dockerfile: it is larger than 64 KiB");
    return true;
  };
  const onContent = (content: Buffer): void => {
    const reason = refusal(readUtf8(content));
    if (reason !== undefined) throw new BadArchive(reason);
    state.checked = true;
  };

  const reader = createTarReader({ onEntry, onContent });
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > largest) throw new BadArchive(`the build context is larger than ${largest} bytes`);
    reader.feed(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    held.push(chunk);
    if (state.checked) yield* held.splice(0);
  }
  reader.end();
  if (!state.checked) throw new BadArchive("the build context holds no Dockerfile");
}

function readUtf8(content: Buffer): string {
  try {
    // A mark at the beginning stays: it is the Dockerfile's, and the builder sees it, too.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new BadArchive("Dockerfile: it is not UTF-8");
  }
}
