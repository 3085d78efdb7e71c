import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { PropertyMap } from "../../../../engine/core/values.ts";
import { effectsOf, stepOf } from "../../../../engine/providers/docker/argument-steps.ts";
import { updateBody } from "../../../../engine/providers/docker/container-body.ts";
import { SHARED_CHANGES, SPEC_CHANGES } from "../../../../platform/blueprint/spec-changes.ts";
import { editOfArguments } from "./arguments.ts";
import { created, updated } from "./docker-model.ts";
import { changedIn, checked, containerStep } from "./plan-of.ts";
import { arbitrarySpec, edited, inputsOf } from "./specs.ts";

/** The container that there is after the step, in a world where Docker is as the model says. */
function effect(step: ReturnType<typeof containerStep>, old: PropertyMap, news: PropertyMap): unknown {
  switch (step.operation) {
    case "same":
      return created(old);
    case "update": {
      const changesDocker = effectsOf(step.changed).some(({ effect }) => effect === "update");
      return changesDocker ? updated(created(old), updateBody(news)) : created(old);
    }
    case "create":
    case "replace":
      return created(news);
  }
}

/** Whether Docker could have done it in place. */
function possibleInPlace(old: PropertyMap, news: PropertyMap): boolean {
  try {
    return JSON.stringify(updated(created(old), updateBody(news))) === JSON.stringify(created(news));
  } catch {
    return false;
  }
}

describe("the plan for a container is what Docker can do", () => {
  test("whatever arguments change: afterwards it is as if made from the new ones", () => {
    fc.assert(
      fc.property(editOfArguments, ([given, wanted]) => {
        const [old, news] = [checked(given), checked(wanted)];
        expect(effect(containerStep(old, news), old, news)).toEqual(created(news));
      }),
      { numRuns: 1000 },
    );
  });

  test("it is not replaced when Docker can change it in place", () => {
    fc.assert(
      fc.property(editOfArguments, ([given, wanted]) => {
        // Docker could write its default for swap; that a limit taken away replaces is a rule without exceptions.
        fc.pre(isLimit(wanted["memorySwap"]) || !isLimit(given["memorySwap"]));
        const [old, news] = [checked(given), checked(wanted)];
        const step = containerStep(old, news);
        if (step.operation === "replace") expect(possibleInPlace(old, news)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("and there is no step when nothing changes, also not for the state that a step left", () => {
    fc.assert(
      fc.property(editOfArguments, ([, wanted]) => {
        const news = checked(wanted);
        expect(containerStep(news, checked(news)).operation).toBe("same");
      }),
    );
  });
});

describe("the table of a service's fields", () => {
  const fields = Object.entries(SPEC_CHANGES).filter(([, change]) => change.kind !== "identity");

  test.each(fields)("%s: changes what it says, and yields the step that it says", async (field, change) => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(arbitrarySpec("a"), arbitrarySpec("a"), async (spec, other) => {
        fc.pre(spec.kind === other.kind);
        const wanted = edited(spec, other, [field]);
        const [old, news] = [checked(await inputsOf(spec)), checked(await inputsOf(wanted))];
        const step = containerStep(old, news);
        const changed = changedIn(step);
        if (changed.length > 0) seen += 1;
        expect(change.kind === "arguments" ? change.arguments : []).toEqual(
          expect.arrayContaining([...changed]),
        );
        const planned = step.operation === "same" ? "none" : step.operation;
        expect(planned).toBe(stepOf(effectsOf(changed)));
        expect(effect(step, old, news)).toEqual(created(news));
      }),
      { numRuns: 100 },
    );
    // A row that no edit ever exercised would say nothing.
    if (change.kind === "arguments") expect(seen).toBeGreaterThan(0);
  });

  test("any edit of many fields: the step is that of the strongest", async () => {
    const some = fc.subarray(fields.map(([field]) => field));
    await fc.assert(
      fc.asyncProperty(arbitrarySpec("a"), arbitrarySpec("a"), some, async (spec, other, names) => {
        fc.pre(spec.kind === other.kind);
        const wanted = edited(spec, other, names);
        const [old, news] = [checked(await inputsOf(spec)), checked(await inputsOf(wanted))];
        const step = containerStep(old, news);
        expect(step.operation === "same" ? "none" : step.operation).toBe(stepOf(effectsOf(changedIn(step))));
        expect(effect(step, old, news)).toEqual(created(news));
      }),
      { numRuns: 150 },
    );
  });

  test.each(SHARED_CHANGES)("$what: its readers are those that the table names", async ({ what, readBy }) => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(arbitrarySpec("a"), async (spec) => {
        const old = checked(await inputsOf(spec));
        const news = checked(await inputsOf(spec, SURROUNDINGS[what]));
        const changed = changedIn(containerStep(old, news));
        if (changed.length > 0) seen += 1;
        // The image's hash is a label, too.
        const expected = what === "content of an image" ? [...readBy, "labels"] : readBy;
        expect(expected).toEqual(expect.arrayContaining([...changed]));
      }),
      { numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(0);
  });
});

const isLimit = (value: unknown): boolean => value !== undefined && value !== 0;

const renamed = (...names: readonly string[]): { readonly names: Readonly<Record<string, string>> } => ({
  names: Object.fromEntries(names.map((name) => [name, `other-${name}`])),
});
const SURROUNDINGS: Readonly<Record<string, Parameters<typeof inputsOf>[1]>> = {
  network: renamed("app", "data", "agents"),
  volume: renamed("volume-a", "volume-b", "volume-c"),
  secret: renamed("secret-a", "secret-b", "secret-c"),
  "content of an image": { hashes: { a: "2", b: "2", c: "2" } },
};
