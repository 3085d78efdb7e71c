import { expect } from "vitest";
import type { CrashPoint } from "./crash-points.ts";
import type { CrashStack } from "./crash-stack.ts";

/**
 * Kills every kind of run at one point, and after each crash lets the next run mend it.
 * @returns whether any of them came to the point
 */
export async function crashEverywhere(stack: CrashStack, point: CrashPoint): Promise<boolean> {
  const [first, second] = [
    { verb: "up", version: "1" },
    { verb: "up", version: "2" },
  ] as const;
  const [down, destroy] = [
    { verb: "down", version: "2" },
    { verb: "destroy", version: "2" },
  ] as const;

  // A first run that is killed and then given up: nothing of it stays.
  stack.fresh();
  const inUnwanted = await stack.killedAt(point, first);
  await stack.converge(destroy);

  stack.fresh();
  const inFirst = await stack.killedAt(point, first);
  await stack.converge(first);
  const [data, madeAt] = [await stack.data(), await stack.volumeMadeAt()];
  expect(data).toMatch(/^[0-9A-Za-z]{20}$/);

  const inChange = await stack.killedAt(point, second);
  await stack.converge(second);
  expect(await stack.data()).toBe(data);
  expect(await stack.memoryOfSide()).toBe(48);

  const inDown = await stack.killedAt(point, down);
  await stack.converge(down);
  expect(await stack.volumeMadeAt()).toBe(madeAt);

  const inDestroy = await stack.killedAt(point, destroy);
  await stack.converge(destroy);
  return inUnwanted || inFirst || inChange || inDown || inDestroy;
}
