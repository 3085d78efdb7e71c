import { type JsonLimits, jsonProblem } from "../../engine/formats/json-limits.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isText = (value: unknown): value is string => typeof value === "string";

/** `JSON.parse` is typed `any`; this makes it honest. @throws SyntaxError */
export const parseJson = (text: string): unknown => JSON.parse(text);

/** A text that would become more than allowed; nothing was made of it yet. */
export class JsonTooLarge extends Error {}

/**
 * Parses JSON from outside. What it would become is counted first, in one walk over its letters.
 * @throws JsonTooLarge, SyntaxError
 */
export function parseBoundedJson(text: string, limits: JsonLimits): unknown {
  const problem = jsonProblem(text, limits);
  if (problem !== undefined) throw new JsonTooLarge(problem);
  return parseJson(text);
}
