/** The body of a build is not what it should be. */
export class BadArchive extends Error {}

/** What a header says; the name is as the engine will take it. */
export interface TarEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link";
  /** Bytes of content. */
  readonly size: number;
}

export interface TarHandlers {
  /** Told of every entry. @returns whether its content is wanted */
  readonly onEntry: (entry: TarEntry) => boolean;
  readonly onContent: (content: Buffer) => void;
}

export interface TarReader {
  /** @throws BadArchive at the first byte that is not understood */
  readonly feed: (chunk: Buffer) => void;
  /** @throws BadArchive when the archive does not end here */
  readonly end: () => void;
}

const BLOCK = 512;
/** Bytes of an extended header, which holds a long name. */
const LARGEST_EXTENSION = 16 * 1024;
const TYPES: Readonly<Record<string, TarEntry["kind"] | "extension">> = {
  "\0": "file",
  "0": "file",
  "2": "link",
  "5": "folder",
  x: "extension",
};

/**
 * Reads plain POSIX archives as they come, and refuses everything that two readers of archives could understand
 * differently: other dialects, links to files, sparse files, global headers, wrong checksums, names that are not plain.
 */
export function createTarReader({ onEntry, onContent }: TarHandlers): TarReader {
  const header = Buffer.alloc(BLOCK);
  let filled = 0;
  /** Bytes until the next header. */
  let left = 0;
  let wanted: { readonly bytes: Buffer; filled: number; readonly done: (bytes: Buffer) => void } | undefined;
  let longName: string | undefined;
  let ended = false;

  const want = (size: number, done: (bytes: Buffer) => void): void => {
    if (size === 0) done(Buffer.alloc(0));
    else wanted = { bytes: Buffer.alloc(size), filled: 0, done };
  };
  const onHeader = (): void => {
    if (header.every((byte) => byte === 0)) {
      ended = true;
      return;
    }
    const { kind, name, size } = readHeader(header);
    left = Math.ceil(size / BLOCK) * BLOCK;
    if (kind === "extension") {
      if (size > LARGEST_EXTENSION || longName !== undefined)
        throw new BadArchive("an extended header is too long");
      want(size, (bytes) => (longName = readExtension(bytes) ?? ""));
      return;
    }
    const chosen = longName === undefined || longName === "" ? name : longName;
    longName = undefined;
    if (onEntry({ name: plainName(chosen), kind, size })) want(size, onContent);
  };

  return {
    feed: (chunk) => {
      for (let at = 0; at < chunk.length;) {
        if (ended) {
          if (chunk.subarray(at).some((byte) => byte !== 0))
            throw new BadArchive("something follows the archive's end");
          return;
        }
        if (left > 0) {
          const piece = chunk.subarray(at, at + left);
          at += piece.length;
          left -= piece.length;
          if (wanted === undefined) continue;
          wanted.filled += piece.copy(wanted.bytes, wanted.filled);
          if (wanted.filled < wanted.bytes.length) continue;
          const { bytes, done } = wanted;
          wanted = undefined;
          done(bytes);
          continue;
        }
        const taken = chunk.copy(header, filled, at, at + BLOCK - filled);
        at += taken;
        filled += taken;
        if (filled < BLOCK) continue;
        filled = 0;
        onHeader();
      }
    },
    end: () => {
      if (!ended) throw new BadArchive("the build context is not a whole tar archive");
    },
  };
}

function readHeader(header: Buffer): {
  readonly kind: TarEntry["kind"] | "extension";
  readonly name: string;
  readonly size: number;
} {
  // Also what keeps compressed archives out: the engine would unpack one, however much comes out.
  if (header.toString("latin1", 257, 265) !== "ustar\x0000" || readOctal(header, 148, 156) !== sumOf(header))
    throw new BadArchive("the build context is not a plain tar archive");
  const kind = TYPES[header.toString("latin1", 156, 157)];
  if (kind === undefined || header.subarray(500).some((byte) => byte !== 0))
    throw new BadArchive("the build context holds an entry that is neither file, folder nor link");
  const size = readOctal(header, 124, 136);
  if (size === undefined || (size > 0 && (kind === "folder" || kind === "link")))
    throw new BadArchive("the build context holds an entry of no sensible size");
  const [name, prefix] = [readText(header, 0, 100), readText(header, 345, 500)];
  return { kind, name: prefix === "" ? name : `${prefix}/${name}`, size };
}

/** The sum of a header's bytes, its own field taken for spaces. */
const sumOf = (header: Buffer): number =>
  header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

function readOctal(header: Buffer, start: number, end: number): number | undefined {
  const text = header.toString("latin1", start, end).replace(/(?<![\0 ])[\0 ]+$/, "");
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function readText(header: Buffer, start: number, end: number): string {
  const bytes = header.subarray(start, end);
  const zero = bytes.indexOf(0);
  return bytes.toString("utf8", 0, zero === -1 ? bytes.length : zero);
}

/** @returns the name that an extended header gives to the entry after it; undefined when it gives none */
function readExtension(bytes: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(space === -1 ? "" : bytes.toString("latin1", at, space));
    const record = bytes.subarray(space + 1, at + length);
    const [name, ...value] = record.toString("utf8").split("=");
    if (
      !Number.isInteger(length) ||
      length <= space - at ||
      record.at(-1) !== 0x0a ||
      at + length > bytes.length
    )
      throw new BadArchive("an extended header is not understood");
    // The target of a link is the engine's business: it follows none out of the context.
    if (name !== "path" && name !== "linkpath")
      throw new BadArchive("an extended header says more than a name");
    if (name === "path") path = value.join("=").slice(0, -1);
    at += length;
  }
  return path;
}

// eslint-disable-next-line no-control-regex -- what no name in a build context holds
const UNPRINTABLE = /[\u0000-\u001f\ufffd]/;

/** @throws BadArchive for a name that says a place in more than one way */
function plainName(name: string): string {
  const path = name.replace(/\/$/, "");
  const isPlain = path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
  if (!isPlain || UNPRINTABLE.test(path))
    throw new BadArchive(`${JSON.stringify(path.slice(0, 200))} is no plain path`);
  return path;
}
