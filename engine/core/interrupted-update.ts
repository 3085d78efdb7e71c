import { sameValue } from "./property-values.ts";
import type { ResourceRecord } from "./resource-record.ts";
import type { PropertyMap } from "./values.ts";

/**
 * A resource whose update was interrupted: each property may be as recorded or as the update wanted it. Of the two
 * the result holds the one that differs from what is wanted now, so that whatever may be wrong is set again.
 */
export function afterInterruptedUpdate(
  recorded: ResourceRecord,
  updating: ResourceRecord,
  wanted: PropertyMap,
): ResourceRecord {
  const uncertain = Object.keys({ ...recorded.inputs, ...updating.inputs }).filter(
    (key) =>
      !sameValue(recorded.inputs[key], updating.inputs[key]) && sameValue(recorded.inputs[key], wanted[key]),
  );
  const from = (properties: PropertyMap): PropertyMap => {
    const others = Object.entries(properties).filter(([key]) => !uncertain.includes(key));
    const taken = Object.entries(updating.inputs).filter(([key]) => uncertain.includes(key));
    return Object.fromEntries([...others, ...taken]);
  };
  return { ...recorded, inputs: from(recorded.inputs), outputs: from(recorded.outputs) };
}
