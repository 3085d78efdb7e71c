import { planStep, type Step } from "../../../../engine/core/plan.ts";
import type { PropertyMap } from "../../../../engine/core/values.ts";
import { checkContainer } from "../../../../engine/providers/docker/container-check.ts";
import { CONTAINER_FIELDS } from "../../../../engine/providers/docker/container-fields.ts";
import { tableDiff } from "../../../../engine/providers/docker/resource-kind.ts";
import { recordOf } from "../core/arbitraries.ts";

/** What `declareContainer` asks for. */
const OPTIONS = {
  replaceOnChanges: ["#initerror", "healthcheck", "init", "tmpfs"],
  deleteBeforeReplace: true,
};

/** Inputs as the engine keeps them. @throws Error when they are refused */
export function checked(inputs: PropertyMap): PropertyMap {
  const result = checkContainer(inputs);
  if (result.failures.length > 0) throw new Error(result.failures.map(({ reason }) => reason).join("; "));
  return result.inputs;
}

/** The engine's step from one container to another, both given as checked inputs. */
export function containerStep(old: PropertyMap, news: PropertyMap): Step {
  const diff = tableDiff(CONTAINER_FIELDS, { id: "id", inputs: old, outputs: old }, news);
  const record = recordOf("web", { inputs: old, outputs: old });
  return planStep({ old: record, observation: undefined, diff, inputs: news, ...OPTIONS });
}

/** Names of changed arguments. */
export const changedIn = (step: Step): readonly string[] => ("changed" in step ? step.changed : []);
