import { UNKNOWN, isList, isMap, type PropertyMap, type PropertyValue } from "../../core/values.ts";
import type { CheckResult } from "../../core/provider.ts";
import type { BlockField, Shape } from "./fields.ts";

/** Key under which the official providers list the fields that they filled in. */
export const DEFAULTS = "__defaults";

type Failure = CheckResult["failures"][number];

/**
 * Validates inputs against a table of fields and fills in defaults, listing them under `__defaults` at every level
 * as the official providers do. Values that are not known yet pass. Every problem is reported, not only the first.
 */
export function checkInputs(fields: Readonly<Record<string, BlockField>>, news: PropertyMap): CheckResult {
  const failures: Failure[] = [];
  const inputs = checkBlock(fields, news, "", failures);
  return { inputs, failures };
}

function checkBlock(
  fields: Readonly<Record<string, BlockField>>,
  value: PropertyMap,
  path: string,
  failures: Failure[],
): PropertyMap {
  const given = withoutNulls(value);
  const checked: Record<string, PropertyValue> = {};
  const defaulted: string[] = [];
  for (const [name, child] of Object.entries(given)) {
    const at = path === "" ? name : `${path}.${name}`;
    const field = fields[name];
    if (field === undefined) failures.push({ property: at, reason: `unknown property "${at}"` });
    else if (field.refused !== undefined)
      failures.push({ property: at, reason: `"${at}" is not supported: ${field.refused}` });
    else checked[name] = checkValue(field.shape, child, at, failures);
  }
  for (const [name, field] of Object.entries(fields)) {
    if (name in given) continue;
    if (field.required === true) {
      const at = path === "" ? name : `${path}.${name}`;
      failures.push({ property: at, reason: `"${at}" is required` });
    } else if (field.default !== undefined) {
      checked[name] = field.default;
      defaulted.push(name);
    }
  }
  return { ...checked, [DEFAULTS]: defaulted.sort() };
}

function checkValue(shape: Shape, value: PropertyValue, path: string, failures: Failure[]): PropertyValue {
  if (value === UNKNOWN) return value;
  const wrong = (expected: string): PropertyValue => {
    failures.push({ property: path, reason: `"${path}" must be ${expected}` });
    return value;
  };
  switch (shape.kind) {
    case "text":
      if (typeof value !== "string") return wrong("a string");
      return shape.pattern === undefined || shape.pattern.test(value)
        ? value
        : wrong(shape.expected ?? `like ${shape.pattern.source}`);
    case "integer":
      if (typeof value !== "number" || !Number.isInteger(value)) return wrong("a whole number");
      return value >= (shape.minimum ?? -Infinity) ? value : wrong(`at least ${shape.minimum ?? 0}`);
    case "flag":
      return typeof value === "boolean" ? value : wrong("true or false");
    case "list":
      if (!isList(value)) return wrong("a list");
      return value.map((item, index) => checkValue(shape.of, item, `${path}[${index}]`, failures));
    case "map":
      if (!isMap(value)) return wrong("a map");
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          checkValue(shape.of, item, `${path}.${key}`, failures),
        ]),
      );
    case "block":
      return isMap(value) ? checkBlock(shape.fields, value, path, failures) : wrong("an object");
  }
}

/** Checked inputs may be checked again: what we added ourselves is not an input. */
function withoutNulls(value: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(value).filter(([name, child]) => child !== null && name !== DEFAULTS),
  );
}
