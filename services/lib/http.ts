import { Agent, request } from "undici";
import { parseJson } from "./json.ts";

/** Asks other services of the platform and reads JSON. */
export interface HttpClient {
  /** @throws Error when there is no answer, or one that is no JSON or too large */
  json(url: string, options?: RequestOptions): Promise<JsonAnswer>;
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface JsonAnswer {
  readonly status: number;
  /** Undefined when the answer is empty, or a refusal in another form. */
  readonly body: unknown;
}

/** Milliseconds. */
const CONNECT = 3000;
/** An agent may think for as long as the caller waits; the caller's signal ends it. */
const NO_LIMIT = 0;
/** Bytes. Answers of agents with files in them are the largest. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

export function createHttpClient(): HttpClient {
  const dispatcher = new Agent({
    connect: { timeout: CONNECT },
    headersTimeout: NO_LIMIT,
    bodyTimeout: NO_LIMIT,
    maxResponseSize: LARGEST_ANSWER,
  });
  return {
    json: async (url, { method = "GET", headers = {}, body, signal } = {}) => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await request(url, {
        method,
        dispatcher,
        headers: { accept: "application/json", ...type, ...headers },
        ...sent,
        ...(signal === undefined ? {} : { signal }),
      });
      const text = await answer.body.text();
      try {
        return { status: answer.statusCode, body: text === "" ? undefined : parseJson(text) };
      } catch {
        // The status says it all: many servers refuse in plain text or HTML.
        if (answer.statusCode >= 400) return { status: answer.statusCode, body: undefined };
        throw new Error(`${new URL(url).host} answers ${answer.statusCode} with something that is not JSON`);
      }
    },
    close: () => dispatcher.destroy(),
  };
}
