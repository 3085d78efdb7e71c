import { expect } from "vitest";

/** Vitest's own matchers are `any`. */
export const textWith = (part: string): unknown => expect.stringContaining(part);
export const textLike = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const listWith = (item: object): unknown => expect.arrayContaining([expect.objectContaining(item)]);

export interface Answered {
  readonly status: number;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** One request; POST when it has a body and says nothing else. */
export async function ask(url: string, { method, headers, json, body }: Question = {}): Promise<Answered> {
  const sent = json === undefined ? body : JSON.stringify(json);
  const response = await fetch(url, {
    method: method ?? (sent === undefined ? "GET" : "POST"),
    redirect: "manual",
    headers: { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  return { status: response.status, text, json: parsed(text) };
}

/** The values of a body with one JSON text per line. */
export const linesOf = (text: string): readonly unknown[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map(parsed);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
