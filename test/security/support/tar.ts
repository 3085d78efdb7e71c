/** One entry of an archive, which may be as wrong as a test wants it. */
export interface Entry {
  readonly name: string;
  /** The letter in the header. @default "0", a file */
  readonly type?: string;
  readonly content?: string;
  /** Target of a link. @default "" */
  readonly link?: string;
}

const BLOCK = 512;

const padded = (content: Buffer): Buffer => {
  const whole = Buffer.alloc(Math.ceil(content.length / BLOCK) * BLOCK);
  content.copy(whole);
  return whole;
};

function headerOf({ name, type = "0", link = "" }: Entry, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const put = (text: string, at: number): number => header.write(text, at, "latin1");
  put(name, 0);
  put("0000644\0", 100);
  put("0000000\0", 108);
  put("0000000\0", 116);
  put(`${size.toString(8).padStart(11, "0")}\0`, 124);
  put("00000000000\0", 136);
  put("        ", 148);
  put(type, 156);
  put(link, 157);
  put("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** Writes a tar archive (POSIX 1003.1, as far as it is needed here); no library would write a wrong one. */
export function tarOf(entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? "");
    return [headerOf(entry, content.length), padded(content)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}
