import { containsUnknown, isList, isMap, type PropertyMap, type PropertyValue } from "../../core/values.ts";
import { DEFAULTS } from "./check.ts";
import type { Effect, Field, Fields, Shape } from "./fields.ts";

export interface Change {
  readonly field: string;
  readonly effect: Effect;
}

/**
 * What differs between recorded and wanted inputs, and what each difference does. An absent field equals its
 * default, and lists without order are compared as sets, so that neither a default written out nor another order
 * is a change. A value that is not known yet counts as changed.
 */
export function changes(fields: Fields, old: PropertyMap, wanted: PropertyMap): readonly Change[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const before = old[name] ?? field.default;
    const after = wanted[name] ?? field.default;
    if (sameValue(field.shape, before, after)) return [];
    return [{ field: name, effect: effectOf(field, after) }];
  });
}

/** Engines take a limit away only by recreating the container: 0 means "leave it" in an update. */
function effectOf(field: Field, after: PropertyValue | undefined): Effect {
  const removed = after === undefined || after === 0 || after === "";
  return field.sticky === true && removed ? "replace" : field.effect;
}

function sameValue(shape: Shape, a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  if (b !== undefined && containsUnknown(b)) return false;
  if (a === undefined || b === undefined) return saysNothing(shape, a) && saysNothing(shape, b);
  return canonical(shape, a) === canonical(shape, b);
}

/** False, zero, and what is empty say no more than nothing at all: they are what the engine assumes anyway. */
function isEmpty(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return true;
  if (isList(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}

/** A block of nothing but defaults and empty fields says no more than no block. */
function saysNothing(shape: Shape, value: PropertyValue | undefined): boolean {
  if (isEmpty(value)) return true;
  return shape.kind === "block" && isMap(value) && canonical(shape, value) === canonical(shape, {});
}

/** One text per meaning: defaults filled in, keys sorted, unordered lists sorted, our own marks left out. */
function canonical(shape: Shape, value: PropertyValue): string {
  if (shape.kind === "text" && shape.meaning !== undefined && typeof value === "string")
    return JSON.stringify(shape.meaning(value));
  if (shape.kind === "list" && isList(value)) {
    const items = value.map((item) => canonical(shape.of, item));
    return `[${(shape.unordered ? items.sort() : items).join(",")}]`;
  }
  if (shape.kind === "map" && isMap(value))
    return sortedEntries(value, (_, child) => canonical(shape.of, child));
  if (shape.kind === "block" && isMap(value)) {
    const defaults = Object.entries(shape.fields).flatMap(([name, field]) =>
      field.default === undefined ? [] : [[name, field.default] as const],
    );
    const filled = { ...Object.fromEntries(defaults), ...value };
    return sortedEntries(filled, (name, child) => {
      const field = shape.fields[name];
      return field === undefined || isEmpty(child) ? undefined : canonical(field.shape, child);
    });
  }
  return JSON.stringify(value);
}

function sortedEntries(
  value: PropertyMap,
  encode: (name: string, child: PropertyValue) => string | undefined,
): string {
  const entries = Object.entries(value).flatMap(([name, child]) => {
    const text = name === DEFAULTS ? undefined : encode(name, child);
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${entries.sort().join(",")}}`;
}
