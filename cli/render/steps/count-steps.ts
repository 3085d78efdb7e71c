import type { StepOperation, StepReport } from "../../../engine/core/engine.ts";
import { describeResource } from "./progress.ts";

/** How many things of the engine a run changed, by operation; as text for people. */
interface StepCounts {
  readonly counts: Readonly<Record<StepOperation, number>>;
  readonly text: string;
}

/** Counts what a run did to things of the engine; structure does not count. */
export function countSteps(steps: readonly StepReport[]): StepCounts {
  const counts = { same: 0, create: 0, update: 0, replace: 0, delete: 0 };
  for (const step of steps) if (describeResource(step) !== undefined) counts[step.operation] += 1;
  return describeCounts(counts);
}

/** @example describeCounts({ same: 40 }).text // "0 steps, 40 unchanged" */
export function describeCounts(given: Readonly<Partial<StepCounts["counts"]>>): StepCounts {
  const counts = { same: 0, create: 0, update: 0, replace: 0, delete: 0, ...given };
  const { same, ...changes } = counts;
  const done = Object.entries(changes).filter(([, count]) => count > 0);
  const total = done.reduce((sum, [, count]) => sum + count, 0);
  const parts = done.map(([operation, count]) => `${count} ${operation}`).join(", ");
  const text = `${total} ${total === 1 ? "step" : "steps"}${total === 0 ? "" : ` (${parts})`}, ${same} unchanged`;
  return { counts, text };
}
