import { afterEach, expect, test } from "vitest";

import { blueprintOf, shareBlueprint } from "../../../../../cli/stack/blueprint/blueprint.ts";
import { createSurroundings, type Surroundings } from "../../handler-context.ts";

let made: Surroundings;
afterEach(() => made.close());

test("who only looks at a stack has one blueprint of it, and who asks for another gets another", async () => {
  made = await createSurroundings();
  const { context } = made;
  expect(await blueprintOf(context)).not.toBe(await blueprintOf(context));
  shareBlueprint(context);
  const [first, second] = await Promise.all([blueprintOf(context), blueprintOf(context)]);
  expect(second).toBe(first);
  expect(await blueprintOf(context)).toBe(first);
  const stopped = await blueprintOf(context, { "nasiko:running": "false" });
  expect([first.settings.running, stopped.settings.running]).toEqual([true, false]);
  const another = context.withEnvironment({ NASIKO_SERVICES: "redis,mongodb" });
  expect(await blueprintOf(another)).not.toBe(first);
});
