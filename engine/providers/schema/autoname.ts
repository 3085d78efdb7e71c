import { randomBytes } from "node:crypto";
import { isList, type PropertyMap } from "../../core/values.ts";
import type { CheckResult } from "../../core/provider.ts";
import { DEFAULTS } from "./check.ts";

/**
 * Gives a resource without `name` one of its own: logical name plus seven random hex digits, as Pulumi does. A
 * name that was made this way before is kept.
 */
export function withAutomaticName(
  checked: CheckResult,
  logicalName: string,
  olds: PropertyMap | undefined,
): CheckResult {
  if (checked.inputs["name"] !== undefined) return checked;
  const kept = olds !== undefined && isAutomatic(olds) ? olds["name"] : undefined;
  const name =
    typeof kept === "string" ? kept : `${logicalName}-${randomBytes(4).toString("hex").slice(0, 7)}`;
  const inputs = { ...checked.inputs, name, [DEFAULTS]: [...defaultsOf(checked.inputs), "name"].sort() };
  return { ...checked, inputs };
}

const isAutomatic = (inputs: PropertyMap): boolean => defaultsOf(inputs).includes("name");

function defaultsOf(inputs: PropertyMap): readonly string[] {
  const defaults = inputs[DEFAULTS];
  return isList(defaults) ? defaults.filter((name) => typeof name === "string") : [];
}
