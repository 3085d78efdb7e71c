import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { crashEverywhere } from "./crash-cycle.ts";
import type { CrashPoint } from "./crash-points.ts";
import { CrashStack } from "./crash-stack.ts";

/** More points than any run has; a bound, so that a mistake in counting ends. */
const MOST = 200;

/**
 * Declares the tests of one kind of crash: at every point when CRASH_POINTS is `all` (`npm run test:crash`, a quarter
 * of an hour), else at a few that differ in what they interrupt.
 */
export function describeCrashes(kind: CrashPoint["kind"], few: readonly number[]): void {
  describe(`kill -9, ${kind}:`, () => {
    let stack: CrashStack;
    beforeAll(async () => {
      stack = await CrashStack.create(kind);
    });
    afterAll(() => stack.remove());

    if (process.env["CRASH_POINTS"] === "all")
      test("at every point the next run converges, leaves no orphan and keeps the data", async () => {
        let n = 0;
        do {
          n += 1;
          expect(n).toBeLessThan(MOST);
        } while (await at(n));
        // Fewer would mean that the points are not counted any more.
        expect(n).toBeGreaterThan(Math.max(...few));
      });
    else
      test.each(few)("at point %i the next run converges, leaves no orphan and keeps the data", async (n) => {
        expect(await at(n)).toBe(true);
      });

    async function at(n: number): Promise<boolean> {
      try {
        return await crashEverywhere(stack, { kind, n });
      } catch (error) {
        throw new Error(`at point ${kind} ${n}: ${String(error)}`, { cause: error });
      }
    }
  });
}
