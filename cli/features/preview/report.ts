import type { StepOperation, StepReport } from "../../../engine/core/engine.ts";
import type { PropertyMap } from "../../../engine/core/values.ts";
import { reveal } from "../../../engine/core/values.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { imagesOf, type PlannedImage } from "../../../platform/blueprint/images.ts";
import { type Evaluation, mandatoryOf } from "../../../policies/evaluate.ts";
import { EXIT } from "../../lib/exit-codes.ts";
import { countSteps } from "../../render/steps/count-steps.ts";
import { describeResource } from "../../render/steps/progress.ts";
import { type BlastRadius, blastRadius } from "./blast-radius.ts";
import { type PropertyChange, propertyChanges } from "./property-changes.ts";

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";

type Change = Exclude<StepOperation, "same">;

/** One resource that is not as it shall be. */
export interface PlannedChange {
  /** e.g. "container redis" */
  readonly resource: string;
  readonly operation: Change;
  /** Why, when it is not the program's doing. */
  readonly reason?: string;
  /** Names of changed arguments. */
  readonly changed: readonly string[];
  readonly properties: readonly PropertyChange[];
  /** Undefined for what is no container of the blueprint, and for one that goes. */
  readonly blastRadius?: BlastRadius;
}

/** An image that the stack runs, and what fixes its content. */
export interface ImageRow {
  readonly name: string;
  readonly reference: string;
  /** Digest of a registry, hash of its content, or "unverified": whatever the tag names. */
  readonly fixedBy: string;
}

export interface PreviewReport {
  readonly stack: string;
  /** What it was held against, e.g. "the engine". */
  readonly against: string;
  readonly changes: readonly PlannedChange[];
  readonly counts: Readonly<Record<StepOperation, number>>;
  /** Volumes that are deleted with their data. */
  readonly lostVolumes: readonly string[];
  /** Sum of the memory limits. */
  readonly memoryMegabytes: { readonly before: number; readonly after: number };
  readonly images: readonly ImageRow[];
  readonly policies: Evaluation;
}

export interface PreviewRequest {
  readonly steps: readonly StepReport[];
  readonly blueprint: Blueprint;
  readonly against: string;
  readonly policies: Evaluation;
}

/** Tells whether a mandatory rule is broken, something would change, or nothing would. */
export const exitCodeOf = ({ policies, changes }: PreviewReport): number => {
  if (mandatoryOf(policies).length > 0) return EXIT.policyViolated;
  return changes.length > 0 ? EXIT.changes : EXIT.done;
};

/** What a plan means, as data; every format is made from it. */
export function reportPreview({ steps, blueprint, against, policies }: PreviewRequest): PreviewReport {
  const things = steps.filter((step) => describeResource(step) !== undefined);
  return {
    stack: blueprint.settings.stack,
    against,
    changes: things.flatMap((step) => changeOf(step, blueprint)),
    counts: countSteps(steps).counts,
    lostVolumes: things
      .filter(({ type, operation }) => type === VOLUME && (operation === "delete" || operation === "replace"))
      .map(({ name }) => name),
    memoryMegabytes: { before: memoryOf(steps, "before"), after: memoryOf(steps, "after") },
    images: imageRows(blueprint),
    policies,
  };
}

function changeOf(step: StepReport, blueprint: Blueprint): readonly PlannedChange[] {
  const resource = describeResource(step);
  const { operation, reason, changed, inputs } = step;
  if (resource === undefined || operation === "same") return [];
  const radius = step.type === CONTAINER ? blastRadius(blueprint, step.name, operation) : undefined;
  return [
    {
      resource,
      operation,
      ...(reason === undefined ? {} : { reason }),
      changed,
      properties: propertyChanges(changed, inputs?.before, inputs?.after),
      ...(radius === undefined ? {} : { blastRadius: radius }),
    },
  ];
}

function memoryOf(steps: readonly StepReport[], when: "before" | "after"): number {
  return steps
    .filter(({ type }) => type === CONTAINER)
    .reduce((sum, { inputs }) => sum + memoryIn(inputs?.[when]), 0);
}

function memoryIn(inputs: PropertyMap | undefined): number {
  const memory = reveal(inputs?.["memory"] ?? 0);
  return typeof memory === "number" ? memory : 0;
}

function fixedBy(image: PlannedImage): string {
  switch (image.kind) {
    case "built":
      return image.hash;
    case "kept":
      return image.shortHash;
    case "pulled":
      return image.digest ?? "unverified";
  }
}

function imageRows(blueprint: Blueprint): readonly ImageRow[] {
  return imagesOf(blueprint).map((image) => ({
    name: image.name,
    reference: image.reference,
    fixedBy: fixedBy(image),
  }));
}
