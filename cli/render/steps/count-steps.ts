import type { StepOperation, StepReport } from "../../../engine/core/engine.ts";
import { describeResource } from "./progress.ts";

/** How many things of the engine a run changed; structure does not count. */
export function countSteps(steps: readonly StepReport[]): {
  readonly counts: Readonly<Record<StepOperation, number>>;
  readonly text: string;
} {
  const counts = { same: 0, create: 0, update: 0, replace: 0, delete: 0 };
  for (const step of steps) if (describeResource(step) !== undefined) counts[step.operation] += 1;
  const { same, ...changes } = counts;
  const done = Object.entries(changes).filter(([, count]) => count > 0);
  const total = done.reduce((sum, [, count]) => sum + count, 0);
  const text =
    total === 0
      ? `0 steps, ${same} unchanged`
      : `${total} steps (${done.map(([operation, count]) => `${count} ${operation}`).join(", ")}), ${same} unchanged`;
  return { counts, text };
}
