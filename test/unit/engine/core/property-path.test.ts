import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepOld, parsePath, sameAt } from "../../../../engine/core/property-path.ts";
import { sameValue, withoutReferences, withoutUndefined } from "../../../../engine/core/property-values.ts";
import type { PropertyMap } from "../../../../engine/core/values.ts";
import { secret } from "../../../../engine/core/values.ts";
import { plainMap, plainValue } from "./arbitraries.ts";

describe("a property path", () => {
  test.each([
    ["image", ["image"]],
    ["labels.one", ["labels", "one"]],
    ['labels["com.example"].x', ["labels", "com.example", "x"]],
    ["ports[0].external", ["ports", 0, "external"]],
    ["ports[*].external", ["ports", "*", "external"]],
    ["*", ["*"]],
    ["#initerror", ["#initerror"]],
    ['["quo\\"te"]', ['quo"te']],
  ])("%s is read as %j", (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });
  test.each(["", "a[", "a[b]", 'a["b', "a..b", "a]"])("%j is none", (text) => {
    expect(parsePath(text)).toBeUndefined();
  });
});

describe("ignoreChanges", () => {
  const olds: PropertyMap = { image: "old", labels: { a: "1", b: "2" }, ports: [{ at: 1 }, { at: 2 }] };
  test.each<readonly [string, PropertyMap, PropertyMap]>([
    ["image", { image: "new" }, { image: "old" }],
    ["image", {}, { image: "old" }],
    ["other", { other: 1 }, {}],
    ["labels.a", { labels: { a: "9", b: "9" } }, { labels: { a: "1", b: "9" } }],
    ["labels.c", { labels: { c: "9" } }, { labels: {} }],
    ["ports[0].at", { ports: [{ at: 9 }, { at: 9 }] }, { ports: [{ at: 1 }, { at: 9 }] }],
    [
      "ports[*].at",
      { ports: [{ at: 9 }, { at: 9 }, { at: 9 }] },
      { ports: [{ at: 1 }, { at: 2 }, { at: 9 }] },
    ],
    ["labels.a", { labels: secret({ a: "9", b: "9" }) }, { labels: secret({ a: "1", b: "9" }) }],
  ])("%s on %j leaves %j", (path, news, kept) => {
    expect(keepOld([path], news, olds)).toEqual(kept);
  });
  test("of everything keeps the old properties", () => {
    fc.assert(
      fc.property(plainMap, plainMap, (before, after) => {
        expect(sameValue(keepOld(["*"], after, before), before)).toBe(true);
      }),
    );
  });
  test("of nothing keeps the new properties", () => {
    fc.assert(
      fc.property(plainMap, plainMap, (before, after) => {
        expect(keepOld([], after, before)).toBe(after);
      }),
    );
  });
});

describe("values", () => {
  test("are the same as their copies, in any order of keys", () => {
    fc.assert(
      fc.property(plainMap, (value) => {
        const turned = Object.fromEntries(Object.entries(structuredClone(value)).reverse()) as PropertyMap;
        expect(sameValue(value, turned)).toBe(true);
        expect(sameAt(["*"], value, turned)).toBe(true);
      }),
    );
  });
  test("differ when their JSON differs", () => {
    fc.assert(
      fc.property(plainValue, plainValue, (left, right) => {
        if (sameValue(left, right)) expect(right).toEqual(left);
        else expect(right).not.toEqual(left);
      }),
    );
  });
  test("lose members that are undefined, at any depth, since protobuf cannot carry them", () => {
    const loose = {
      a: undefined,
      b: { c: undefined, d: 1 },
      e: [{ f: undefined }],
    } as unknown as PropertyMap;
    expect(withoutUndefined(loose)).toEqual({ b: { d: 1 }, e: [{}] });
    expect(Object.keys(withoutUndefined(loose))).toEqual(["b", "e"]);
  });
  test("stand for a resource by its id, or for a component by its URN", () => {
    const sig = "4dabf18193072939515e22adb298388d";
    const mark = "5cf8f73096256a8f31e491e813e4eb8e";
    expect(
      withoutReferences({ a: [{ [sig]: mark, urn: "u", id: "i" }], b: { [sig]: mark, urn: "u" } }),
    ).toEqual({ a: ["i"], b: "u" });
  });
});
