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

/**
 * Reads the body only when somebody asks for it, so that an attempt that never got a connection leaves it whole.
 * @param writeTimeout milliseconds that the reader may take for one piece before `onStall` is called
 */
export function requestBody(
  request: IncomingMessage,
  writeTimeout: number,
  onStall: () => void,
): RequestBody {
  let started = false;
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    started = true;
    // destroyOnReturn would close the client's connection when an upstream server stops reading early.
    const pieces: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
    for await (const piece of pieces) {
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
