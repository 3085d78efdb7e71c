import type { DefaultProviders } from "./default-providers.ts";
import type { ResourceGoal } from "./protocol.ts";
import type { Observation } from "./provider.ts";
import type { ResourceRecord } from "./resource-record.ts";
import { emptyRecord } from "./resource-record.ts";
import type { RunContext } from "./run-context.ts";
import type { PropertyMap } from "./values.ts";

/** A run of the program, as seen by the registration of one resource. */
export interface ProgramRun extends RunContext {
  readonly defaults: DefaultProviders;
  /** What was found before the program ran, by URN. */
  readonly observations: ReadonlyMap<string, Observation>;
  /** URNs that the program has declared so far. */
  readonly claimed: Set<string>;
  /** What was deleted, or is being deleted, because something it depends on is replaced; by URN. */
  readonly cascades: Map<string, Cascade>;
}

/** The early deletion of a dependent. */
interface Cascade {
  readonly reason: string;
  /** Resolves when all deletions that were begun together have ended, well or not. */
  readonly done: Promise<void>;
}

/** What a goal looks like as a record; id and outputs are still to be found out. */
export function recordFor(
  goal: ResourceGoal,
  urn: string,
  inputs: PropertyMap,
  old: ResourceRecord | undefined,
  provider?: string,
): ResourceRecord {
  return {
    ...emptyRecord(urn, goal.type, goal.custom),
    inputs,
    ...(goal.parent !== undefined && { parent: goal.parent }),
    protect: goal.protect,
    dependencies: goal.dependencies,
    ...(provider !== undefined && { provider }),
    propertyDependencies: goal.custom ? goal.propertyDependencies : {},
    additionalSecretOutputs: goal.additionalSecretOutputs,
    ...(goal.customTimeouts !== undefined && { customTimeouts: goal.customTimeouts }),
    ...(old?.created !== undefined && { created: old.created }),
    ...(old?.modified !== undefined && { modified: old.modified }),
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    rest: old?.rest ?? {},
  };
}
