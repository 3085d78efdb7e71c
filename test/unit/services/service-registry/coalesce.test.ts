import fc from "fast-check";
import { expect, test } from "vitest";
import { coalesce } from "../../../../services/service-registry/src/coalesce.ts";

test("work never overlaps, and every caller gets a run that began after the call", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      async (s, fails) => {
        let asked = 0;
        let active = 0;
        let runs = 0;
        const trigger = coalesce(async () => {
          const knows = asked;
          expect(++active).toBe(1);
          await s.schedule(Promise.resolve(), "work");
          active -= 1;
          if (fails[runs++ % fails.length] === true) throw new Error(String(knows));
          return knows;
        });
        const calls = fails.map((_, index) =>
          s.schedule(Promise.resolve(), `call ${index}`).then(async () => {
            const mine = ++asked;
            const knew = await trigger().catch((error: unknown) => Number((error as Error).message));
            expect(knew).toBeGreaterThanOrEqual(mine);
          }),
        );
        await s.waitFor(Promise.all(calls));
        expect(runs).toBeLessThanOrEqual(calls.length);
      },
    ),
  );
});

test("calls while it runs share one more run", async () => {
  let runs = 0;
  const trigger = coalesce(async () => {
    await Promise.resolve();
    return ++runs;
  });
  expect(await Promise.all([trigger(), trigger(), trigger(), trigger()])).toEqual([1, 2, 2, 2]);
});
