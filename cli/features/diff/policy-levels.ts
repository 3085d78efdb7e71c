import type { Settings } from "../../../platform/settings/settings.ts";
import { RULES } from "../../../policies/rules/all.ts";
import { strictnessOf } from "../../../platform/settings/strictness.ts";
import type { Difference } from "./differences.ts";

/** How many rules are mandatory, where two stacks differ in that. */
export function levelDifference(left: Settings, right: Settings): readonly Difference[] {
  const values = { left: levelsOf(left), right: levelsOf(right) };
  return values.left === values.right ? [] : [{ subject: "stack", what: "mandatory rules", ...values }];
}

/** @example "26 of 39" */
function levelsOf(settings: Settings): string {
  const strictness = strictnessOf(settings);
  const mandatory = RULES.filter(({ levels }) => levels[strictness] === "mandatory");
  return `${mandatory.length} of ${RULES.length}`;
}
