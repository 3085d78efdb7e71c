import type { Readable } from "node:stream";
import { Agent, request, type Dispatcher } from "undici";

/** An answer of the Docker engine, its body not read yet. */
export interface EngineAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
  /** The answer is a stream without an end. @default false */
  readonly endless?: boolean;
  /** Milliseconds that the engine may be silent. @default 10000 */
  readonly patience?: number;
  readonly body?: string | Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Connection to the Docker engine. */
export interface Engine {
  ask(method: "GET" | "HEAD" | "POST" | "DELETE", path: string, options: AskOptions): Promise<EngineAnswer>;
  close(): Promise<void>;
}

/** Headers of the engine that clients use to find out what it can do; no others are passed on. */
const PASSED_HEADERS = ["api-version", "content-type", "docker-experimental", "ostype"];

/** Time in milliseconds within which the engine has to answer, unless it was asked for something that takes long. */
const PATIENCE = 10_000;

export function connectEngine(socket: string): Engine {
  const dispatcher = new Agent({ connect: { socketPath: socket } });
  return {
    ask: async (method, path, { signal, endless = false, patience = PATIENCE, body, headers = {} }) => {
      const answer = await request(`http://docker${path}`, {
        method,
        dispatcher,
        headers,
        headersTimeout: patience,
        bodyTimeout: endless ? 0 : patience,
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      return { status: answer.statusCode, headers: passedHeaders(answer), body: answer.body };
    },
    close: () => dispatcher.destroy(),
  };
}

function passedHeaders({ headers }: Dispatcher.ResponseData): Readonly<Record<string, string>> {
  return Object.fromEntries(
    PASSED_HEADERS.flatMap((name): (readonly [string, string])[] => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
