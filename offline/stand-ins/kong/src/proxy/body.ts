import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** The body of a request on its way to an upstream server. */
export interface RequestBody {
  /** A fresh stream for each attempt; null when the request has no body. */
  readonly open: () => Readable | null;
  /** True as soon as a part of it was taken. */
  readonly started: () => boolean;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

export interface BodyLimits {
  /** Milliseconds that the reader may take for one piece before `onStall` is called. */
  readonly writeTimeout: number;
  readonly onStall: () => void;
  /** Bytes; the first piece beyond them is not passed on, and `onTooLarge` is called. */
  readonly largest: number;
  readonly onTooLarge: () => void;
}

/** Reads the body only when somebody asks for it, so that an attempt that never got a connection leaves it whole. */
export function requestBody(
  request: IncomingMessage,
  { writeTimeout, onStall, largest, onTooLarge }: BodyLimits,
): RequestBody {
  let started = false;
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    started = true;
    // destroyOnReturn would close the client's connection when an upstream server stops reading early.
    const pieces: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    for await (const piece of pieces) {
      bytes += piece.byteLength;
      if (bytes > largest) {
        onTooLarge();
        return;
      }
      const timer = setTimeout(onStall, writeTimeout);
      try {
        yield piece;
      } finally {
        clearTimeout(timer);
      }
    }
  }
  return {
    open: () => (hasBody(request) ? Readable.from(chunks(), { objectMode: false }) : null),
    started: () => started,
  };
}
