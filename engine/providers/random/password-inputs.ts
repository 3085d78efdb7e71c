import { UNKNOWN, containsUnknown, type PropertyMap, type PropertyValue } from "../../core/values.ts";
import type { CheckResult } from "../../core/provider.ts";
import { checkInputs } from "../schema/check.ts";
import { atLeast, flag, map, text, type BlockField } from "../schema/fields.ts";
import { reader } from "../schema/reader.ts";
import { withoutDefaultMarks } from "../schema/strip.ts";
import type { PasswordOptions } from "./password.ts";

/** Inputs of RandomPassword. Every change of one makes a new password, so there is no table of effects. */
const FIELDS: Readonly<Record<string, BlockField>> = {
  keepers: { shape: map(text) },
  length: { shape: atLeast(1), required: true },
  lower: { shape: flag },
  minLower: { shape: atLeast(0) },
  minNumeric: { shape: atLeast(0) },
  minSpecial: { shape: atLeast(0) },
  minUpper: { shape: atLeast(0) },
  number: { shape: flag },
  numeric: { shape: flag },
  overrideSpecial: { shape: text },
  special: { shape: flag },
  upper: { shape: flag },
};

/** Checks the inputs; the official provider fills in no defaults here, they only show up among the outputs. */
export function checkPasswordInputs(news: PropertyMap): CheckResult {
  const { inputs: marked, failures } = checkInputs(FIELDS, news);
  const inputs = withoutDefaultMarks(marked);
  if (failures.length > 0 || containsUnknown(inputs)) return { inputs, failures };
  return { inputs, failures: contradictions(inputs) };
}

function contradictions(inputs: PropertyMap): CheckResult["failures"] {
  const options = passwordOptions(inputs);
  const demanded = options.minUpper + options.minLower + options.minNumeric + options.minSpecial;
  const { number, numeric } = inputs;
  const problems: CheckResult["failures"][number][] = [];
  if (demanded > options.length)
    problems.push({
      property: "length",
      reason: `"length" is ${options.length}, less than the minimums together (${demanded})`,
    });
  if (!options.upper && !options.lower && !options.numeric && !options.special)
    problems.push({
      property: "special",
      reason: "at least one of upper, lower, numeric and special must be true",
    });
  if (number !== undefined && numeric !== undefined && number !== numeric)
    problems.push({
      property: "number",
      reason: '"number" and "numeric" differ; "number" is deprecated, leave it out',
    });
  return problems;
}

/** The inputs with the provider's defaults filled in. */
export function passwordOptions(inputs: PropertyMap): PasswordOptions {
  const get = reader(inputs);
  return {
    length: get.requiredNumber("length"),
    upper: get.flag("upper") ?? true,
    lower: get.flag("lower") ?? true,
    numeric: get.flag("numeric") ?? get.flag("number") ?? true,
    special: get.flag("special") ?? true,
    minUpper: get.number("minUpper") ?? 0,
    minLower: get.number("minLower") ?? 0,
    minNumeric: get.number("minNumeric") ?? 0,
    minSpecial: get.number("minSpecial") ?? 0,
    overrideSpecial: get.text("overrideSpecial") ?? "",
  };
}

/** Names of inputs whose meaning differs; a default written out is no difference. */
export function changedPasswordInputs(old: PropertyMap, news: PropertyMap): readonly string[] {
  const before = withDefaults(old);
  const after = withDefaults(news);
  return Object.keys({ ...before, ...after }).filter((name) => differ(before[name], after[name]));
}

function withDefaults(inputs: PropertyMap): PropertyMap {
  const { keepers, number, numeric, ...rest } = withoutDefaultMarks(inputs);
  return {
    lower: true,
    minLower: 0,
    minNumeric: 0,
    minSpecial: 0,
    minUpper: 0,
    overrideSpecial: "",
    special: true,
    upper: true,
    ...rest,
    numeric: numeric ?? number ?? true,
    keepers: sortedKeepers(keepers),
  };
}

function sortedKeepers(keepers: PropertyValue | undefined): PropertyValue {
  if (keepers === UNKNOWN) return UNKNOWN;
  return Object.entries(keepers ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function differ(before: PropertyValue | undefined, after: PropertyValue | undefined): boolean {
  if (after !== undefined && containsUnknown(after)) return true;
  return JSON.stringify(before) !== JSON.stringify(after);
}
