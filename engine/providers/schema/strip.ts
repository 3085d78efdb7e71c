import { isMap, mapChildren, type PropertyMap, type PropertyValue } from "../../core/values.ts";
import { DEFAULTS } from "./check.ts";

/** Inputs as they appear among outputs: the same, without the `__defaults` lists at any level. */
export function withoutDefaultMarks(inputs: PropertyMap): PropertyMap {
  const entries = Object.entries(inputs).filter(([name]) => name !== DEFAULTS);
  return Object.fromEntries(entries.map(([name, value]) => [name, stripped(value)]));
}

function stripped(value: PropertyValue): PropertyValue {
  return isMap(value) ? withoutDefaultMarks(value) : mapChildren(value, stripped);
}
