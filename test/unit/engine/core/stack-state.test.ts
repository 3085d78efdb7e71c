import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { needsOf } from "../../../../engine/core/dependents.ts";
import { createStackState } from "../../../../engine/core/stack-state.ts";
import { arbitraryState, recordOf, urnOf } from "./arbitraries.ts";

describe("the state during a run", () => {
  test("always has what a resource needs before the resource, wherever the run stops", () => {
    fc.assert(
      fc.property(
        arbitraryState,
        fc.array(fc.constantFrom("settle", "replace", "delete first", "skip"), {
          minLength: 12,
          maxLength: 12,
        }),
        (records, fates) => {
          const state = createStackState({ resources: records, operations: [] });
          const gone = new Set<string>();
          for (const [index, record] of records.entries()) {
            const fate = fates[index];
            // A program never comes to what depends on something that it did not come to.
            if (fate === "skip" || needsOf(record).some((urn) => gone.has(urn))) gone.add(record.urn);
            else if (fate === "replace") {
              state.markForDeletion(record.urn);
              state.settle({ ...record, id: "new" });
            } else {
              if (fate === "delete first") state.amend(record.urn, { pendingReplacement: true });
              state.settle({ ...record, id: "again", pendingReplacement: false });
            }
            const seen = new Set<string>();
            for (const saved of state.deployment().resources) {
              for (const urn of needsOf(saved)) expect(seen.has(urn)).toBe(true);
              seen.add(saved.urn);
            }
            expect(seen).toEqual(new Set(records.map(({ urn }) => urn)));
          }
        },
      ),
    );
  });
  test("does so too when the run is about some resources, whatever stands on them", () => {
    fc.assert(
      fc.property(
        arbitraryState,
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        (records, targets) => {
          const state = createStackState({ resources: records, operations: [] });
          const [about, rest] = [true, false].map((wanted) =>
            records.filter((_, index) => (targets[index] ?? false) === wanted),
          );
          for (const record of [...(rest ?? []), ...(about ?? [])]) {
            state.settle({ ...record, id: "again" });
            const saved = state.deployment().resources;
            const seen = new Set<string>();
            for (const each of saved) {
              for (const urn of needsOf(each)) expect(seen.has(urn)).toBe(true);
              seen.add(each.urn);
            }
            expect(saved).toHaveLength(records.length);
          }
        },
      ),
    );
  });
  test("has not changed when everything is settled as it was", () => {
    fc.assert(
      fc.property(arbitraryState, (records) => {
        const state = createStackState({ resources: records, operations: [] });
        for (const record of records) state.settle({ ...record, inputs: { ...record.inputs } });
        expect(state.revision).toBe(0);
        expect(state.unsettled()).toEqual([]);
      }),
    );
  });
  test("keeps a replaced resource beside its successor until it is removed", () => {
    const old = recordOf("web", { id: "old" });
    const state = createStackState({ resources: [old], operations: [] });
    state.markForDeletion(old.urn);
    state.settle(recordOf("web", { id: "new" }));
    expect(state.find(old.urn)?.id).toBe("new");
    const [left] = state.unsettled();
    expect(left).toMatchObject({ id: "old", delete: true });
    if (left !== undefined) state.remove(left);
    expect(state.deployment().resources).toEqual([recordOf("web", { id: "new" })]);
  });
  test("remembers creations that were never reported on, until they are taken up", () => {
    const [web, database] = [recordOf("web"), recordOf("database")];
    const state = createStackState({
      resources: [],
      operations: [
        { type: "creating", resource: web },
        { type: "creating", resource: database },
      ],
    });
    expect(state.interrupted(urnOf("web"))?.resource).toEqual(web);
    expect(state.revision).toBe(0);
    state.begin({ type: "creating", resource: web });
    expect(state.interrupted(urnOf("web"))).toBeUndefined();
    state.end(urnOf("web"));
    expect(state.abandoned().map(({ resource }) => resource)).toEqual([database]);
  });
  test("takes in what an interrupted run made: after what it needs, beside what it was to replace", () => {
    const old = recordOf("web", { id: "old" });
    const made = recordOf("web", { id: "made" });
    const idsOf = (state: ReturnType<typeof createStackState>): readonly unknown[] =>
      state.deployment().resources.map(({ id, delete: goes }) => (goes ? `${id ?? ""} goes` : id));
    const beside = createStackState({ resources: [old, recordOf("after", { id: "after" })], operations: [] });
    beside.adopt(made);
    expect(idsOf(beside)).toEqual(["old goes", "made", "after"]);
    const instead = createStackState({ resources: [{ ...old, pendingReplacement: true }], operations: [] });
    instead.adopt(made);
    expect(idsOf(instead)).toEqual(["made"]);
    const anew = createStackState({ resources: [recordOf("before", { id: "before" })], operations: [] });
    anew.adopt(made);
    expect(idsOf(anew)).toEqual(["before", "made"]);
    expect(anew.revision).toBeGreaterThan(0);
  });
  test("forgets unfinished deletions, whose resources are recorded anyway, and keeps unfinished updates in mind", () => {
    const resource = recordOf("web");
    const state = createStackState({ resources: [resource], operations: [{ type: "deleting", resource }] });
    expect(state.deployment()).toEqual({ resources: [resource], operations: [] });
    expect(state.revision).toBe(1);
    const updating = { type: "updating", resource } as const;
    const other = createStackState({ resources: [resource], operations: [updating] });
    expect(other.interrupted(resource.urn)).toEqual(updating);
    expect(other.revision).toBe(0);
  });
});
