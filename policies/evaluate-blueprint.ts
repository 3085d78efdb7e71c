import type { NasikoError } from "../platform/errors/define-error.ts";
import type { Blueprint } from "../platform/blueprint/blueprint.ts";
import { policyViolated } from "./errors.ts";
import { evaluate, type Evaluation, mandatoryOf } from "./evaluate.ts";
import { factsOfBlueprint } from "./facts/blueprint.ts";
import { RULES } from "./rules/all.ts";
import { strictnessOf } from "../platform/settings/strictness.ts";

export interface Circumstances {
  /** "2026-11-24" */
  readonly today: string;
  /** Memory of the engine's machine. @default not known, so that the rule about it is not evaluated */
  readonly engineMegabytes?: number;
}

/** Evaluates every rule on a blueprint, as strictly as its settings say. */
export const evaluateBlueprint = (
  blueprint: Blueprint,
  { today, engineMegabytes }: Circumstances,
): Evaluation =>
  evaluate(factsOfBlueprint(blueprint, engineMegabytes), {
    strictness: strictnessOf(blueprint.settings),
    today,
  });

/** What stops `up`, as problems for people: every mandatory violation at once. */
export const policyProblems = (evaluation: Evaluation): readonly NasikoError[] =>
  mandatoryOf(evaluation).map((finding) =>
    policyViolated({ ...finding, title: RULES.find(({ id }) => id === finding.rule)?.title ?? "" }),
  );
