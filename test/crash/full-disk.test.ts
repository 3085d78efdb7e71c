import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CrashStack } from "./crash-stack.ts";

describe("a disk that is full", () => {
  let stack: CrashStack;
  beforeAll(async () => {
    stack = await CrashStack.create("disk");
  });
  afterAll(() => stack.remove());

  // From "not even the first save" to "nearly done".
  test.each([1, 12])(
    "while a state of more than %i blocks is saved: one clear error, nothing lost",
    async (blocks) => {
      const [first, second] = [
        { verb: "up", version: "1" },
        { verb: "up", version: "2" },
      ] as const;
      stack.fresh();
      expect(await stack.onFullDisk(blocks, first)).toEqual(["NSK-STATE-UNWRITABLE"]);
      await stack.converge(first);
      const data = await stack.data();
      // Now every save is too long: nothing is begun.
      const before = await stack.objects();
      expect(await stack.onFullDisk(blocks, second)).toEqual(["NSK-STATE-UNWRITABLE"]);
      expect(await stack.objects()).toEqual(before);
      await stack.converge(second);
      expect(await stack.data()).toBe(data);
      await stack.converge({ verb: "destroy", version: "2" });
    },
  );
});
