import { isDeepStrictEqual } from "node:util";
import { sameValue } from "./property-values.ts";
import type { ResourceRecord } from "./resource-record.ts";

/** Whether two records would be saved as the same text; the order of keys in their maps does not count. */
export function sameRecord(left: ResourceRecord, right: ResourceRecord): boolean {
  if (left === right) return true;
  const { inputs: leftInputs, outputs: leftOutputs, ...leftRest } = left;
  const { inputs: rightInputs, outputs: rightOutputs, ...rightRest } = right;
  return (
    sameValue(leftInputs, rightInputs) &&
    sameValue(leftOutputs, rightOutputs) &&
    isDeepStrictEqual(leftRest, rightRest)
  );
}
