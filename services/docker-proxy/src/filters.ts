/** Label that every container of a stack carries; its value is the stack's name. */
export const STACK_LABEL = "nasiko.stack";

export type Filters =
  { readonly kind: "filters"; readonly json: string } | { readonly kind: "refused"; readonly reason: string };

const refused = (reason: string): Filters => ({ kind: "refused", reason });

/**
 * The caller's `filters` with labels added. The engine requires every label of the list to match, so one more can
 * only narrow the result, whatever the caller asked for.
 * @param given the raw parameter: JSON, either of Docker's forms (`{"key": ["value"]}` or `{"key": {"value": true}}`)
 * @param keys filter keys that may be used
 */
export function forceLabels(
  given: string | null,
  forced: readonly string[],
  keys: readonly string[],
): Filters {
  const parsed = given === null || given === "" ? {} : parseObject(given);
  if (parsed === undefined) return refused("filters is not a JSON object");
  const lists = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(parsed)) {
    if (!keys.includes(key)) return refused(`filter ${JSON.stringify(key)} is not allowed`);
    const values = valuesOf(value);
    if (values === undefined) return refused(`filter ${JSON.stringify(key)} is not a list of texts`);
    lists.set(key, values);
  }
  const labels = new Set([...(lists.get("label") ?? []), ...forced]);
  lists.set("label", [...labels]);
  return { kind: "filters", json: JSON.stringify(Object.fromEntries(lists)) };
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function valuesOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.every((item) => typeof item === "string") ? items : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  // The flag beside a value means nothing to the engine: a value that is named counts, whatever the flag says.
  return Object.values(value).every((flag) => typeof flag === "boolean") ? Object.keys(value) : undefined;
}
