import { isObject } from "../../../lib/json.ts";

/** A field of a JSON object; undefined where there is none. */
export const field = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const at = (value: unknown, path: readonly string[]): unknown => path.reduce<unknown>(field, value);

/** The finite number at the end of a path of fields. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, path);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** The text at the end of a path of fields. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
}
