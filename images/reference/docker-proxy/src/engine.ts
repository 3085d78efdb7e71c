import type { Readable } from "node:stream";
import { Agent, request, type Dispatcher } from "undici";

/** An answer of the Docker engine, its body not read yet. */
export interface EngineAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** Connection to the Docker engine. */
export interface Engine {
  ask(
    method: "GET" | "HEAD",
    path: string,
    options: { readonly signal?: AbortSignal; readonly endless?: boolean },
  ): Promise<EngineAnswer>;
  close(): Promise<void>;
}

/** Headers of the engine that clients use to find out what it can do; no others are passed on. */
const PASSED_HEADERS = ["api-version", "content-type", "docker-experimental", "ostype"];

/** Time in milliseconds within which the engine has to answer, except for an endless stream. */
const PATIENCE = 10_000;

export function connectEngine(socket: string): Engine {
  const dispatcher = new Agent({ connect: { socketPath: socket }, headersTimeout: PATIENCE });
  return {
    ask: async (method, path, { signal, endless = false }) => {
      const answer = await request(`http://docker${path}`, {
        method,
        dispatcher,
        bodyTimeout: endless ? 0 : PATIENCE,
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
