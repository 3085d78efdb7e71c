import type { JsonLimits } from "../../engine/formats/json-limits.ts";
import { parseBoundedJson } from "./json.ts";

/** A body that goes on after as many bytes as were allowed. */
export class BodyTooLarge extends Error {
  constructor(largest: number) {
    super(`the answer is larger than ${Math.floor(largest / 1024)} KiB`);
  }
}

/**
 * Reads a body as text.
 * @param largest bytes; reading stops there, and the connection is given up
 * @throws BodyTooLarge
 */
export async function readLimited(body: AsyncIterable<Uint8Array>, largest: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > largest) throw new BodyTooLarge(largest);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What a JSON answer may be. */
export interface AnswerLimits extends JsonLimits {
  /** Bytes. */
  readonly size: number;
}

/** Reads a body as JSON. @returns undefined when it is empty @throws BodyTooLarge, JsonTooLarge, SyntaxError */
export async function readJson(
  body: AsyncIterable<Uint8Array> | null,
  limits: AnswerLimits,
): Promise<unknown> {
  const text = body === null ? "" : await readLimited(body, limits.size);
  return text === "" ? undefined : parseBoundedJson(text, limits);
}

/** Of a service of the platform that lists agents with their cards. */
export const PLATFORMS_ANSWER: AnswerLimits = { size: 4 * 1024 * 1024, values: 100_000, depth: 64 };
