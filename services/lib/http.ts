import { Agent, request } from "undici";
import { causeOf } from "./cause.ts";
import { JsonTooLarge, parseBoundedJson } from "./json.ts";
import { readLimited, type AnswerLimits } from "./read-limited.ts";

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
  /** What the answer may be. @default what an agent may answer */
  readonly limits?: AnswerLimits;
}

/** Of an agent, or of whoever else is not the platform itself. */
const AGENTS_ANSWER: AnswerLimits = { size: 1024 * 1024, values: 20_000, depth: 64 };
export interface JsonAnswer {
  readonly status: number;
  /** Undefined when the answer is empty, or a refusal in another form. */
  readonly body: unknown;
}

/** Milliseconds. */
const CONNECT = 3000;
/** An agent may think for as long as the caller waits; the caller's signal ends it. */
const NO_LIMIT = 0;

export function createHttpClient(): HttpClient {
  const dispatcher = new Agent({
    connect: { timeout: CONNECT },
    headersTimeout: NO_LIMIT,
    bodyTimeout: NO_LIMIT,
  });
  return {
    json: async (url, { method = "GET", headers = {}, body, signal, limits = AGENTS_ANSWER } = {}) => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await request(url, {
        method,
        dispatcher,
        headers: { accept: "application/json", ...type, ...headers },
        ...sent,
        ...(signal === undefined ? {} : { signal }),
      });
      const text = await readLimited(answer.body, limits.size);
      try {
        return { status: answer.statusCode, body: text === "" ? undefined : parseBoundedJson(text, limits) };
      } catch (error) {
        if (error instanceof JsonTooLarge)
          throw new Error(`the answer is too large: ${causeOf(error)}`, { cause: error });
        // The status says it all: many servers refuse in plain text or HTML.
        if (answer.statusCode >= 400) return { status: answer.statusCode, body: undefined };
        throw new Error(`${new URL(url).host} answers ${answer.statusCode} with something that is not JSON`, {
          cause: error,
        });
      }
    },
    close: () => dispatcher.destroy(),
  };
}
