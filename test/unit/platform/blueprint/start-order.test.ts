import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { startOrder } from "../../../../platform/blueprint/start-order.ts";
import { arbitraryCatalogue, service } from "./catalogues.ts";

describe("the start order", () => {
  test("has every service after all that it needs, and loses none", () => {
    fc.assert(
      fc.property(arbitraryCatalogue(), (catalogue) => {
        const order = startOrder(catalogue);
        expect(new Set(order)).toEqual(new Set(catalogue));
        expect(order).toHaveLength(catalogue.length);
        for (const [index, { dependsOn }] of order.entries()) {
          const before = order.slice(0, index).map(({ name }) => name);
          expect(before).toEqual(expect.arrayContaining(Object.keys(dependsOn ?? {})));
        }
      }),
    );
  });

  test("is the order of the list where nothing depends on anything", () => {
    const catalogue = ["c", "a", "b"].map((name) => service(name));
    expect(startOrder(catalogue)).toEqual(catalogue);
  });

  test("names a cycle", () => {
    const needs = (name: string): { readonly dependsOn: Readonly<Record<string, "healthy">> } => ({
      dependsOn: { [name]: "healthy" },
    });
    const catalogue = [service("a", needs("b")), service("b", needs("c")), service("c", needs("b"))];
    expect(() => startOrder(catalogue)).toThrow("Services wait for each other: b → c → b.");
  });
});
