import fc from "fast-check";
import PQueue from "p-queue";
import { describe, expect, test } from "vitest";

import { createSaver } from "../../../../engine/core/saver.ts";

describe("the queue of p-queue, as the engine relies on it", () => {
  test("never runs more tasks than it may, and runs all of them in turn", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(12),
        async (scheduler, limit, count) => {
          const queue = new PQueue({ concurrency: limit });
          const started: number[] = [];
          let running = 0;
          const tasks = Array.from({ length: count }, (_, index) =>
            queue.add(async () => {
              started.push(index);
              running += 1;
              expect(running).toBeLessThanOrEqual(limit);
              await scheduler.schedule(Promise.resolve());
              running -= 1;
              if (index % 3 === 0) throw new Error("some tasks fail");
            }),
          );
          await scheduler.waitFor(Promise.allSettled(tasks));
          await queue.onIdle();
          expect(started).toEqual(Array.from({ length: count }, (_, index) => index));
          expect(running).toBe(0);
        },
      ),
    );
  });
  test("lets the most urgent in first, and equals in the order in which they came", async () => {
    const queue = new PQueue({ concurrency: 1 });
    const started: string[] = [];
    const run = (name: string, priority = 0): Promise<void> =>
      queue.add(
        () => {
          started.push(name);
        },
        { priority },
      );
    await Promise.all([run("running"), run("a"), run("b", 2), run("c", 1), run("d", 2), run("e")]);
    expect(started).toEqual(["running", "b", "d", "c", "a", "e"]);
  });
  test("is idle when nothing runs", async () => {
    await expect(new PQueue({ concurrency: 1 }).onIdle()).resolves.toBeUndefined();
  });
});

describe("the saver", () => {
  test("answers each call once its state is written, one write at a time, sharing those it can", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 8 }), async (scheduler, count) => {
        let [state, written, writing, writes] = [0, 0, 0, 0];
        const saver = createSaver(async () => {
          writes += 1;
          writing += 1;
          expect(writing).toBe(1);
          const snapshot = state;
          await scheduler.schedule(Promise.resolve());
          written = snapshot;
          writing -= 1;
        });
        const calls = Array.from({ length: count }, (_, index) =>
          scheduler.schedule(Promise.resolve()).then(async () => {
            state = Math.max(state, index + 1);
            const wanted = state;
            await saver.save();
            expect(written).toBeGreaterThanOrEqual(wanted);
          }),
        );
        await scheduler.waitFor(Promise.all(calls));
        expect(writes).toBeLessThanOrEqual(count);
      }),
    );
  });
  test("hands a failed write to its callers, and tries again for the next", async () => {
    let fail = true;
    const saver = createSaver(() => (fail ? Promise.reject(new Error("disk full")) : Promise.resolve()));
    await expect(saver.save()).rejects.toThrow("disk full");
    fail = false;
    await expect(saver.save()).resolves.toBeUndefined();
  });
});
