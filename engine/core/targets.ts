import { needsOf } from "./dependents.ts";
import { targetNeedsMore } from "./errors.ts";
import type { Registered, ResourceGoal } from "./protocol.ts";
import type { ResourceRecord } from "./resource-record.ts";
import type { RunContext } from "./run-context.ts";
import type { StackState } from "./stack-state.ts";
import { nameOf } from "./urn.ts";

interface Placed {
  readonly urn: string;
  readonly parent?: string | undefined;
}

/**
 * Which resources a run is about: those that are named, and all that is below them.
 * @param targets URNs; undefined: every resource
 */
export function targetFilter(
  targets: readonly string[] | undefined,
  state: Pick<StackState, "find">,
): (resource: Placed) => boolean {
  if (targets === undefined) return () => true;
  const isTarget = ({ urn, parent }: Placed): boolean =>
    targets.includes(urn) ||
    (parent !== undefined && isTarget({ urn: parent, parent: state.find(parent)?.parent }));
  return (resource) => isTarget(resource);
}

/** Settles what the run is not about as it is recorded, in its order: nothing looks at it, nothing deletes it. */
export function setAside({ state, isTarget }: RunContext): void {
  for (const record of state.unsettled()) if (!record.delete && !isTarget(record)) state.settle(record);
}

/** Settles what is excluded, and all that it needs, as it is recorded: nothing deletes it. */
export function exclude({ state }: RunContext, excludes: (resource: ResourceRecord) => boolean): void {
  const records = state.unsettled().filter((record) => !record.delete);
  const kept = new Set<string>();
  // From the last to the first: a resource stands after all that it needs.
  for (const record of records.toReversed()) {
    if (!kept.has(record.urn) && !excludes(record)) continue;
    for (const urn of [record.urn, ...needsOf(record)]) kept.add(urn);
  }
  for (const record of records) if (kept.has(record.urn)) state.settle(record);
}

/** The recorded word on a resource that the run is not about; without one, the program is told nothing of it. */
export function answerFromRecord({ state }: RunContext, urn: string): Registered {
  const record = state.find(urn);
  if (record === undefined || record.pendingReplacement) return { urn, outputs: {}, unknown: true };
  return { urn, outputs: record.outputs, ...(record.id !== undefined && { id: record.id }) };
}

/** @throws NSK-TARGET-NEEDS-MORE when a target stands on what does not exist and may not be made */
export function requireGround({ state, isTarget }: RunContext, goal: ResourceGoal): void {
  const needed = [...(goal.parent === undefined ? [] : [goal.parent]), ...goal.dependencies];
  const missing = needed.filter((urn) => {
    const record = state.find(urn);
    const there = record !== undefined && !record.pendingReplacement;
    return !there && !isTarget({ urn, parent: record?.parent });
  });
  if (missing.length > 0) throw targetNeedsMore({ name: goal.name, missing: missing.map(nameOf) });
}
