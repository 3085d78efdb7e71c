import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterInterruptedUpdate } from "../../../../engine/core/interrupted-update.ts";
import type { PropertyMap } from "../../../../engine/core/values.ts";
import { recordOf } from "./arbitraries.ts";

const arbitraryInputs: fc.Arbitrary<PropertyMap> = fc.dictionary(
  fc.constantFrom("memory", "image", "name"),
  fc.constantFrom(1, 2, 3),
);

describe("a resource whose update was interrupted", () => {
  test("differs from what is wanted wherever the world may differ from it", () => {
    fc.assert(
      fc.property(arbitraryInputs, arbitraryInputs, arbitraryInputs, (recorded, updating, wanted) => {
        const old = recordOf("web", { inputs: recorded, outputs: recorded });
        const { inputs, outputs } = afterInterruptedUpdate(
          old,
          recordOf("web", { inputs: updating }),
          wanted,
        );
        expect(outputs).toEqual(inputs);
        for (const key of ["memory", "image", "name"]) {
          const isSure = recorded[key] === wanted[key] && updating[key] === wanted[key];
          expect(inputs[key] === wanted[key]).toBe(isSure);
          expect([recorded[key], updating[key]]).toContain(inputs[key]);
        }
      }),
    );
  });
});
