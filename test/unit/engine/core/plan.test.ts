import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Situation } from "../../../../engine/core/plan.ts";
import { planStep } from "../../../../engine/core/plan.ts";
import type { Observation } from "../../../../engine/core/provider.ts";
import { recordOf, urnOf } from "./arbitraries.ts";

const situation = (parts: Partial<Situation> = {}): Situation => ({
  old: recordOf("web", { inputs: { image: "a", labels: { one: "1" } } }),
  observation: undefined,
  diff: { changed: [], replaces: [], deleteBeforeReplace: false },
  inputs: { image: "a", labels: { one: "1" } },
  replaceOnChanges: [],
  deleteBeforeReplace: undefined,
  ...parts,
});
const found = (finding: Observation["finding"]): Observation => ({
  urn: urnOf("web"),
  reason: "seen",
  finding,
});
const changed = (...names: readonly string[]) => ({
  changed: names,
  replaces: [],
  deleteBeforeReplace: false,
});

describe("the plan for a resource", () => {
  test("is to create what is not recorded", () => {
    expect(planStep(situation({ old: undefined, diff: undefined }))).toEqual({ operation: "create" });
  });
  test("is to leave what does not differ", () => {
    expect(planStep(situation())).toEqual({ operation: "same" });
  });
  test("is to update what differs, and to replace what cannot be updated", () => {
    expect(planStep(situation({ diff: changed("memory") }))).toEqual({
      operation: "update",
      changed: ["memory"],
    });
    const diff = { changed: ["image"], replaces: ["image"], deleteBeforeReplace: true };
    expect(planStep(situation({ diff }))).toEqual({
      operation: "replace",
      changed: ["image"],
      deletion: "before",
    });
  });
  test("deletes in the order that the program asks for, else in the provider's", () => {
    const diff = { changed: ["image"], replaces: ["image"], deleteBeforeReplace: true };
    expect(planStep(situation({ diff, deleteBeforeReplace: false }))).toMatchObject({ deletion: "after" });
    expect(
      planStep(situation({ diff: { ...diff, deleteBeforeReplace: false }, deleteBeforeReplace: true })),
    ).toMatchObject({ deletion: "before" });
  });
  test.each([
    ["memory", ["memory"], "replace"],
    ["*", ["memory"], "replace"],
    ["image", ["memory"], "update"],
    ["labels.one", ["labels"], "update"],
    ["labels.two", ["labels"], "replace"],
    ["labels[*]", ["labels"], "replace"],
  ])("with replaceOnChanges %s and a change of %s is to %s", (path, names, operation) => {
    const inputs = { image: "a", memory: 2, labels: { one: "1", two: "2" } };
    expect(planStep(situation({ diff: changed(...names), inputs, replaceOnChanges: [path] })).operation).toBe(
      operation,
    );
  });
  test("is to recreate what is gone, and to replace what is broken", () => {
    expect(planStep(situation({ observation: found({ kind: "missing" }) }))).toEqual({
      operation: "create",
      reason: "seen",
    });
    expect(planStep(situation({ observation: found({ kind: "broken" }) }))).toMatchObject({
      operation: "replace",
      deletion: "before",
      reason: "seen",
    });
  });
  test("is to try again what did not become ready", () => {
    const old = recordOf("web", { initErrors: ["exit code 1"] });
    expect(planStep(situation({ old }))).toEqual({
      operation: "update",
      changed: [],
      reason: "not ready: exit code 1",
    });
    for (const path of ["#initerror", "*"])
      expect(planStep(situation({ old, replaceOnChanges: [path], deleteBeforeReplace: true }))).toMatchObject(
        {
          operation: "replace",
          deletion: "before",
        },
      );
  });
  test("is to replace what is tainted, and to finish a replacement that was begun", () => {
    expect(planStep(situation({ old: recordOf("web", { taint: true }) }))).toMatchObject({
      deletion: "before",
    });
    expect(
      planStep(situation({ old: recordOf("web", { pendingReplacement: true }), diff: undefined })),
    ).toMatchObject({
      operation: "replace",
      deletion: "gone",
    });
  });
  test("is never to leave alone a resource that is not as it should be", () => {
    const finding = fc.constantFrom<Observation["finding"] | undefined>(
      undefined,
      { kind: "missing" },
      { kind: "broken" },
    );
    fc.assert(
      fc.property(
        fc.record({
          taint: fc.boolean(),
          pendingReplacement: fc.boolean(),
          initErrors: fc.array(fc.string({ minLength: 1 }), { maxLength: 1 }),
        }),
        finding,
        fc.subarray(["image", "memory"]),
        fc.subarray(["*", "#initerror", "memory", "not a [path"]),
        fc.option(fc.boolean(), { nil: undefined }),
        (flags, observed, names, replaceOnChanges, deleteBeforeReplace) => {
          const old = recordOf("web", flags);
          const observation = observed && found(observed);
          const step = planStep(
            situation({ old, observation, diff: changed(...names), replaceOnChanges, deleteBeforeReplace }),
          );
          const wrong =
            flags.taint ||
            flags.pendingReplacement ||
            flags.initErrors.length > 0 ||
            observed !== undefined ||
            names.length > 0;
          expect(step.operation === "same").toBe(!wrong);
        },
      ),
    );
  });
});
