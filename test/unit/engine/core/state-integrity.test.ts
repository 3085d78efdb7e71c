import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Deployment, SealedDeployment } from "../../../../engine/core/deployment.ts";
import { needsOf } from "../../../../engine/core/dependents.ts";
import type { ResourceRecord } from "../../../../engine/core/resource-record.ts";
import { integrityProblem } from "../../../../engine/core/state-integrity.ts";
import { arbitraryState, recordOf, urnOf } from "./arbitraries.ts";

const address = { project: "test", stack: "local" };
type State = Deployment & Pick<SealedDeployment, "stack">;
const sealed = (resources: readonly ResourceRecord[], others: Partial<State> = {}): State => ({
  stack: "organization/test/local",
  operations: [],
  resources,
  ...others,
});

describe("the integrity of a state", () => {
  test("holds for every state that a run can leave", () => {
    fc.assert(
      fc.property(arbitraryState, (resources) => {
        expect(integrityProblem(sealed(resources), address)).toBeUndefined();
      }),
    );
  });
  test("is broken by the loss of anything that something else needs", () => {
    fc.assert(
      fc.property(arbitraryState, fc.nat(), (resources, index) => {
        const lost = resources[index % Math.max(1, resources.length)];
        const rest = resources.filter((record) => record !== lost);
        const isNeeded = rest.some((record) => needsOf(record).includes(lost?.urn ?? ""));
        expect(integrityProblem(sealed(rest), address) !== undefined).toBe(isNeeded);
      }),
    );
  });
  test("is broken by a second resource of the same URN, unless one is about to go", () => {
    const web = recordOf("web");
    expect(integrityProblem(sealed([web, web]), address)).toBe(`${urnOf("web")} stands in it twice.`);
    expect(integrityProblem(sealed([{ ...web, delete: true }, web]), address)).toBeUndefined();
  });
  test("includes whose state it is", () => {
    expect(integrityProblem(sealed([], { stack: "organization/test/other" }), address)).toBe(
      "It is the state of organization/test/other, not of organization/test/local.",
    );
    expect(integrityProblem(sealed([recordOf("web")]), { ...address, stack: "other" })).toContain("local");
    const operation = { type: "creating", resource: recordOf("web") } as const;
    const foreign = sealed([], { stack: undefined, operations: [operation] });
    expect(integrityProblem(foreign, { project: "test", stack: "other" })).toBe(
      `It holds a resource of another stack: ${urnOf("web")}.`,
    );
  });
});
