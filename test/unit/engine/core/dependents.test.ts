import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deleteInOrder, deletionOrder } from "../../../../engine/core/delete-order.ts";
import { dependentReplacements, inputsWithout, needsOf } from "../../../../engine/core/dependents.ts";
import type { ResourceRecord } from "../../../../engine/core/resource-record.ts";
import { UNKNOWN } from "../../../../engine/core/values.ts";
import { arbitraryState, recordOf, urnOf } from "./arbitraries.ts";

const always = (): Promise<boolean> => Promise.resolve(true);
const names = (records: readonly ResourceRecord[]): readonly string[] =>
  records.map(({ urn }) => urn.split("::").at(-1) ?? "");

describe("dependents of a resource that is deleted before it is replaced", () => {
  const network = recordOf("network");
  const database = recordOf("database", {
    inputs: { network: "net", image: "pg" },
    dependencies: [network.urn],
    propertyDependencies: { network: [network.urn], image: [] },
  });
  const web = recordOf("web", {
    inputs: { database: "id" },
    dependencies: [database.urn],
    propertyDependencies: { database: [database.urn] },
  });
  const after = recordOf("after", { dependencies: [network.urn] });
  const state = [network, database, web, after];

  test("are those with an input from it, and in turn with an input from those", async () => {
    expect(names(await dependentReplacements(network, state, () => true, always))).toEqual([
      "database",
      "web",
    ]);
  });
  test("stop at one that can follow in place", async () => {
    const asked: unknown[] = [];
    const follows = (_record: ResourceRecord, inputs: unknown): Promise<boolean> => {
      asked.push(inputs);
      return Promise.resolve(false);
    };
    expect(await dependentReplacements(network, state, () => true, follows)).toEqual([]);
    expect(asked).toEqual([{ network: UNKNOWN, image: "pg" }]);
  });
  test("are not those that the program has come to already", async () => {
    expect(await dependentReplacements(network, state, (record) => record !== database, always)).toEqual([]);
  });
  test("see as unknown exactly what comes from something that goes", () => {
    expect(inputsWithout(database, new Set([network.urn]))).toEqual({ network: UNKNOWN, image: "pg" });
    expect(inputsWithout(database, new Set([web.urn]))).toBeUndefined();
  });
  test("are closed under dependency by input, and come in dependency order", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryState, fc.nat(), async (records, pick) => {
        const root = records[pick % Math.max(1, records.length)];
        if (root === undefined) return;
        const found = await dependentReplacements(root, records, () => true, always);
        const gone = new Set([root.urn, ...found.map(({ urn }) => urn)]);
        for (const record of records) {
          const affected = Object.values(record.propertyDependencies)
            .flat()
            .some((urn) => gone.has(urn));
          expect(gone.has(record.urn)).toBe(affected || record === root);
        }
        expect(found).toEqual(records.filter((record) => found.includes(record)));
      }),
    );
  });
});

describe("deletion", () => {
  test("goes against the order of dependency, through parents and providers too", () => {
    const provider = recordOf("provider");
    const parent = recordOf("parent", { custom: false });
    const child = recordOf("child", { parent: parent.urn, provider: `${provider.urn}::some-id` });
    const order = deletionOrder([provider, parent, child]);
    expect(order.get(provider)).toEqual([child]);
    expect(order.get(parent)).toEqual([child]);
    expect(order.get(child)).toEqual([]);
  });
  test("never takes a resource before all that needs it is gone, and takes all", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryState, fc.scheduler(), async (records, scheduler) => {
        const left = new Set(records);
        const run = deleteInOrder(
          records,
          scheduler.scheduleFunction((record: ResourceRecord) => {
            for (const other of left) expect(needsOf(other)).not.toContain(record.urn);
            left.delete(record);
            return Promise.resolve(true);
          }),
        );
        await scheduler.waitFor(run);
        expect(left.size).toBe(0);
      }),
    );
  });
  test("of a resource that will not go leaves all that it needs, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryState, fc.nat(), async (records, pick) => {
        const stuck = records[pick % Math.max(1, records.length)];
        const left = new Set(records);
        await deleteInOrder(records, (record) => {
          if (record !== stuck) left.delete(record);
          return Promise.resolve(record !== stuck);
        });
        const needed = new Set(stuck === undefined ? [] : [stuck.urn]);
        for (const record of records.toReversed())
          if (needed.has(record.urn)) needsOf(record).forEach((urn) => needed.add(urn));
        expect(new Set([...left].map(({ urn }) => urn))).toEqual(needed);
      }),
    );
  });
  test("begins with what most others wait for, one after the other", async () => {
    const network = recordOf("network");
    const database = recordOf("database", { dependencies: [network.urn] });
    const gateway = recordOf("gateway", { dependencies: [database.urn] });
    const page = recordOf("page", { dependencies: [network.urn] });
    const begun: ResourceRecord[] = [];
    await deleteInOrder([network, page, database, gateway], (record) => {
      begun.push(record);
      return Promise.resolve(true);
    });
    expect(begun).toEqual([gateway, page, database, network]);
  });
  test("does not wait in a circle when records of two runs meet", async () => {
    const first = recordOf("a", { delete: true, dependencies: [urnOf("b")] });
    const second = recordOf("b", { delete: true, dependencies: [urnOf("a")] });
    const gone: ResourceRecord[] = [];
    await deleteInOrder([first, second], (record) => {
      gone.push(record);
      return Promise.resolve(true);
    });
    expect(gone).toEqual([second, first]);
  });
});
