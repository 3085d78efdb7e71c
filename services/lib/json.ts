export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isText = (value: unknown): value is string => typeof value === "string";

/** `JSON.parse` is typed `any`; this makes it honest. @throws SyntaxError */
export const parseJson = (text: string): unknown => JSON.parse(text);
