import { interpolate, type VariableLookup } from "../../engine/formats/compose/interpolate.ts";

type Path = readonly PropertyKey[];

export interface FilledIn {
  readonly data: unknown;
  /** Texts that cannot be understood, or insist on a variable that has no value. */
  readonly problems: readonly { readonly path: Path; readonly reason: string }[];
  /** Variables without a value and without a default; nothing stands in their place. */
  readonly missing: readonly { readonly path: Path; readonly name: string }[];
}

/**
 * Fills in the variables of every text of a compose file.
 * @param later says which parts are left as they are, because they are filled in elsewhere
 */
export function fillInAll(data: unknown, lookup: VariableLookup, later: (path: Path) => boolean): FilledIn {
  const problems: { path: Path; reason: string }[] = [];
  const missing: { path: Path; name: string }[] = [];
  const fill = (value: unknown, path: Path): unknown => {
    if (later(path)) return value;
    if (typeof value === "string") return text(value, path);
    if (Array.isArray(value)) return value.map((item: unknown, index) => fill(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key])]));
  };
  const text = (value: string, path: Path): string => {
    try {
      const filled = interpolate(value, lookup);
      for (const name of filled.demanded)
        problems.push({ path, reason: `it needs ${name}, which has no value` });
      for (const name of filled.missing) missing.push({ path, name });
      return filled.value;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push({ path, reason: error.message });
      return value;
    }
  };
  return { data: fill(data, []), problems, missing };
}
