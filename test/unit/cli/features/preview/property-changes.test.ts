import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { propertyChanges } from "../../../../../cli/features/preview/property-changes.ts";
import { type PropertyValue, secret, UNKNOWN } from "../../../../../engine/core/values.ts";

const between = (name: string, before: PropertyValue, after: PropertyValue) =>
  propertyChanges([name], { [name]: before }, { [name]: after });

describe("a changed property", () => {
  test("is told with both values", () => {
    expect(between("memory", 256, 512)).toEqual([{ path: "memory", before: "256", after: "512" }]);
  });

  test("of many variables is the one that differs", () => {
    expect(between("envs", ["A=1", "B=2", "C=3"], ["A=1", "B=4", "D=5"])).toEqual([
      { path: "envs.B", before: "2", after: "4" },
      { path: "envs.C", before: "3", after: undefined },
      { path: "envs.D", before: undefined, after: "5" },
    ]);
  });

  test("of a list of blocks is the block, by its name", () => {
    const port = (external: number): PropertyValue => [{ internal: 8000, external, ip: "127.0.0.1" }];
    expect(between("ports", port(9100), port(9200))).toEqual([
      { path: "ports.8000", before: "external 9100, ip 127.0.0.1", after: "external 9200, ip 127.0.0.1" },
    ]);
  });

  test("that is secret says which variable differs, and no value", () => {
    expect(between("envs", secret(["A=1", "PASSWORD=old"]), secret(["A=1", "PASSWORD=new"]))).toEqual([
      { path: "envs.PASSWORD", before: "(secret)", after: "(secret)" },
    ]);
  });

  test("that is not known yet is compared as far as it is known", () => {
    expect(between("envs", ["A=1", UNKNOWN], ["A=2", UNKNOWN, UNKNOWN])).toEqual([
      { path: "envs.A", before: "1", after: "2" },
      { path: "envs.(not known yet)", before: "1", after: "2" },
    ]);
  });

  test("never shows what is secret on either side, however deep it lies", () => {
    const hidden = "s3cr3t-value";
    const carrying = fc.constantFrom<PropertyValue>(
      secret(hidden),
      secret([`PASSWORD=${hidden}`]),
      [secret(`PASSWORD=${hidden}`), "A=1"],
      { nested: secret({ deep: hidden }) },
      [{ file: "/etc/x", content: secret(hidden) }],
    );
    const any = fc.oneof(carrying, fc.constantFrom<PropertyValue>("x", 1, ["A=1"], { nested: "y" }, []));
    fc.assert(
      fc.property(any, any, (before, after) => {
        expect(JSON.stringify(between("envs", before, after))).not.toContain(hidden);
      }),
    );
  });
});
