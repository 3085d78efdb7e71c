import { type LogLine, parseLogLine } from "./log-line.ts";

/** Of every frame: one byte for the stream, three of padding, four for the length of what follows. */
const HEADER = 8;
const NEWLINE = 0x0a;
/** Bytes of a line that are kept together; one without an end would fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Puts lines together from what the engine sends of a container's output with `timestamps`. */
export interface LineReader {
  /** @returns lines that are whole now */
  push(chunk: Buffer): readonly LogLine[];
  /** @returns what came without a line end */
  end(): readonly LogLine[];
}

/** @param tty whether the container has a terminal: then the engine sends no frames */
export const lineReader = (member: string, tty: boolean): LineReader =>
  tty ? plainReader(member) : framedReader(member);

/** A line that has begun. */
interface Begun {
  readonly parts: Buffer[];
  size: number;
}

/**
 * The engine keeps at most 16 KiB of a line in one entry and sends each entry in a frame of its own, with a time of its own
 * and without a line end while the line goes on: the times within a line are taken out. stdout and stderr come mixed.
 */
function framedReader(member: string): LineReader {
  const begun = new Map<number, Begun>();
  let rest = Buffer.alloc(0);

  const take = (stream: number, entry: Buffer): readonly LogLine[] => {
    const line = begun.get(stream);
    const text = line === undefined ? entry : entry.subarray(entry.indexOf(" ") + 1);
    const { parts, size } = line ?? { parts: [], size: 0 };
    parts.push(text);
    if (text.at(-1) !== NEWLINE && size + text.length < LONGEST_LINE) {
      begun.set(stream, { parts, size: size + text.length });
      return [];
    }
    begun.delete(stream);
    return [toLine(member, Buffer.concat(parts))];
  };
  return {
    push: (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      const lines: LogLine[] = [];
      for (;;) {
        const end = rest.length < HEADER ? Infinity : HEADER + rest.readUInt32BE(4);
        if (rest.length < end) return lines;
        lines.push(...take(rest[0] ?? 0, rest.subarray(HEADER, end)));
        rest = rest.subarray(end);
      }
    },
    end: () => [...begun.values()].map(({ parts }) => toLine(member, Buffer.concat(parts))),
  };
}

function plainReader(member: string): LineReader {
  let rest = Buffer.alloc(0);
  return {
    push: (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      const lines: LogLine[] = [];
      for (;;) {
        const end = rest.indexOf(NEWLINE);
        if (end < 0 && rest.length < LONGEST_LINE) return lines;
        const length = end < 0 ? rest.length : end + 1;
        lines.push(toLine(member, rest.subarray(0, length)));
        rest = rest.subarray(length);
      }
    },
    end: () => (rest.length === 0 ? [] : [toLine(member, rest)]),
  };
}

/** What is no UTF-8 becomes replacement characters: a line is decoded as a whole, so no character is cut. */
const toLine = (member: string, bytes: Buffer): LogLine =>
  parseLogLine(member, bytes.toString("utf8").replace(/\r?\n$/, ""));
