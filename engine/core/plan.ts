import type { DiffResult, Observation } from "./provider.ts";
import { parsePath, sameAt } from "./property-path.ts";
import type { ResourceRecord } from "./resource-record.ts";
import type { PropertyMap } from "./values.ts";

/** Stands in `replaceOnChanges` for "its last initialisation failed". */
const INIT_ERROR = "#initerror";

/** What is to be done about a resource that the program declares. */
export type Step =
  | { readonly operation: "same" }
  | { readonly operation: "create"; readonly reason?: string }
  | { readonly operation: "update"; readonly changed: readonly string[]; readonly reason?: string }
  | {
      readonly operation: "replace";
      readonly changed: readonly string[];
      readonly reason?: string;
      /** `before`: the old one goes first; `after`: when all else is done; `gone`: it has gone already. */
      readonly deletion: "before" | "after" | "gone";
    };

/** All that a decision rests on. */
export interface Situation {
  /** The recorded resource; undefined when there is none. */
  readonly old: ResourceRecord | undefined;
  /** What was found out about it before the program ran. */
  readonly observation: Observation | undefined;
  /** The provider's word on old against new; undefined when there is nothing to compare. */
  readonly diff: DiffResult | undefined;
  /** Why it was deleted earlier in this run, if it was. */
  readonly deletedBecause?: string | undefined;
  /** Checked inputs. */
  readonly inputs: PropertyMap;
  readonly replaceOnChanges: readonly string[];
  /** The program's word; undefined leaves it to the provider. */
  readonly deleteBeforeReplace: boolean | undefined;
}

/** The step generator: a pure function of the situation. */
export function planStep(situation: Situation): Step {
  const { old, observation, diff } = situation;
  if (old === undefined) return { operation: "create" };
  if (old.pendingReplacement) {
    const reason = situation.deletedBecause ?? "an earlier run deleted it to recreate it";
    return { operation: "replace", changed: [], reason, deletion: "gone" };
  }
  if (observation?.finding.kind === "missing") return { operation: "create", reason: observation.reason };

  const changed = diff?.changed ?? [];
  // Both are known to be no good: whatever they hold (a name, a port) would be in the way of a successor.
  if (observation?.finding.kind === "broken")
    return { operation: "replace", changed, reason: observation.reason, deletion: "before" };
  if (old.taint) return { operation: "replace", changed, reason: taintReason(old), deletion: "before" };

  const initReason = old.initErrors.length > 0 ? `not ready: ${old.initErrors.join("; ")}` : undefined;
  const reason = observation?.reason ?? initReason;
  const because = reason === undefined ? {} : { reason };
  if (forcesReplacement(situation, initReason !== undefined)) {
    const first = situation.deleteBeforeReplace ?? diff?.deleteBeforeReplace ?? false;
    return { operation: "replace", changed, ...because, deletion: first ? "before" : "after" };
  }
  if (changed.length > 0 || initReason !== undefined) return { operation: "update", changed, ...because };
  return { operation: "same" };
}

function forcesReplacement(situation: Situation, hasInitErrors: boolean): boolean {
  const { old, diff, inputs, replaceOnChanges } = situation;
  if ((diff?.replaces.length ?? 0) > 0) return true;
  const paths = replaceOnChanges.flatMap((text) => {
    const path = parsePath(text);
    return path === undefined ? [] : [path];
  });
  if (hasInitErrors && paths.some((path) => path.length === 1 && (path[0] === "*" || path[0] === INIT_ERROR)))
    return true;
  return paths.some((path) => {
    const [head, ...below] = path;
    const touched = (diff?.changed ?? []).filter((key) => head === "*" || head === key);
    // A provider names top-level properties only; for a deeper path the values themselves decide.
    return touched.some((key) => below.length === 0 || !sameAt([key, ...below], old?.inputs, inputs));
  });
}

function taintReason(old: ResourceRecord): string {
  return old.initErrors.length > 0 ? `its creation did not finish: ${old.initErrors.join("; ")}` : "tainted";
}
