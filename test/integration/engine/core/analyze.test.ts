import { describe, expect, test } from "vitest";
import type { Analyze, Registration } from "../../../../engine/core/engine.ts";
import { createTestStack } from "./support/test-stack.ts";

const CONTAINER = "docker:index/container:Container";
const objection = { rule: "T01", message: "web is not wanted" };
const againstWeb: Analyze = ({ urn }) => (urn.endsWith("::web") ? [objection] : []);

describe("a resource that the embedder objects to", () => {
  test("is not made, and the error names it and the rule", async () => {
    const stack = await createTestStack();
    const run = await stack.up({ analyze: againstWeb });
    expect(run.outcome).toBe("failed");
    expect(stack.world.log).not.toContain("create web");
    const [problem] = run.diagnostics.flatMap((diagnostic) => diagnostic.problem ?? []);
    expect(problem).toMatchObject({ code: "NSK-REGISTRATION-REFUSED" });
    expect(problem?.detail).toMatch(/urn:pulumi:local::test::.*::web\.\nT01: web is not wanted/);
  });

  test("is refused in a preview as well", async () => {
    const stack = await createTestStack();
    expect((await stack.preview({ analyze: againstWeb })).outcome).toBe("failed");
    expect((await stack.preview()).outcome).toBe("succeeded");
  });

  test("is refused when it is there already, and stays as it is", async () => {
    const stack = await createTestStack();
    await stack.up();
    const made = [...stack.world.log];
    expect((await stack.up({ analyze: againstWeb })).outcome).toBe("failed");
    expect(stack.world.log).toEqual(made);
  });
});

test("whoever analyzes sees what the provider will see, without marks of secrets", async () => {
  const stack = await createTestStack();
  const seen: Registration[] = [];
  const analyze: Analyze = (registration) => {
    seen.push(registration);
    return [];
  };
  await stack.up({ analyze });
  expect(seen.find(({ urn }) => urn.endsWith("::database"))).toMatchObject({
    type: CONTAINER,
    protect: false,
    inputs: { memory: 128, envs: [expect.stringMatching(/^PASSWORD=hunter2-/)] },
  });
});

test("what a preview does not know is not shown", async () => {
  const stack = await createTestStack();
  const seen: Registration[] = [];
  await stack.preview({
    analyze: (registration) => {
      seen.push(registration);
      return [];
    },
  });
  expect(seen.find(({ urn }) => urn.endsWith("::database"))?.inputs).not.toHaveProperty("envs.0");
});
