import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  escapePath,
  normalizePath,
  parseTarget,
  toBytes,
} from "../../../../../offline/stand-ins/kong/src/http/path.ts";

const segment = fc.constantFrom(
  "a",
  "b.c",
  ".",
  "..",
  "",
  "%2e",
  "%2E%2e",
  ".%2e",
  "%2F",
  "%2f..",
  "...",
  "%41",
  "é",
  "%c3%a9",
  "x%25",
  ";",
  "~",
);
const path = fc.array(segment, { maxLength: 8 }).map((segments) => toBytes(`/${segments.join("/")}`));

describe("the normal form of a path", () => {
  test.each([
    ["/", "/"],
    ["/a/b", "/a/b"],
    ["/a//b///c", "/a/b/c"],
    ["/a/./b", "/a/b"],
    ["/a/../b", "/b"],
    ["/a/%2e%2e/b", "/b"],
    ["/a/.%2E/b", "/b"],
    ["/a/b/..", "/a/"],
    ["/a/.", "/a/"],
    ["/../../etc", "/etc"],
    ["/%41%7e", "/A~"],
    ["/a%2fb", "/a%2Fb"],
    ["/a%2f..%2fb", "/a%2F..%2Fb"],
    ["/api..", "/api.."],
    ["/...", "/..."],
  ])("of %s is %s", (given, expected) => {
    expect(normalizePath(given)).toBe(expected);
  });

  test("is its own normal form, has no dot segment and no empty one", () => {
    fc.assert(
      fc.property(path, (given) => {
        const normal = normalizePath(given);
        expect(normalizePath(normal)).toBe(normal);
        const inner = normal.slice(1).split("/");
        expect(inner).not.toContain("..");
        expect(inner).not.toContain(".");
        expect(inner.slice(0, -1)).not.toContain("");
      }),
    );
  });

  test("survives the way out and in again", () => {
    fc.assert(
      fc.property(path, (given) => {
        const normal = normalizePath(given);
        expect(escapePath(normal)).toMatch(/^[\x21-\x7e]+$/);
        expect(normalizePath(escapePath(normal))).toBe(normal);
      }),
    );
  });
});

describe("a request target", () => {
  test.each([
    "x",
    "*",
    "/a%zz",
    "/a%2",
    "/%00",
    "/a#b",
    "/..",
    "/a/../..",
    "/a/%2e%2e/%2e%2e/b",
    "/a/..%2f..%2fb",
  ])("%j is refused", (target) => {
    expect(parseTarget(target)).toBeUndefined();
  });

  test("is taken apart", () => {
    expect(parseTarget("/a/./b?x=/../y?z")).toEqual({
      rawPath: "/a/./b",
      path: "/a/b",
      query: "?x=/../y?z",
      authority: undefined,
    });
  });

  test("may name the host itself", () => {
    expect(parseTarget("http://host:80/a?b")).toMatchObject({
      path: "/a",
      query: "?b",
      authority: "host:80",
    });
    expect(parseTarget("http://host?b")).toMatchObject({ path: "/", query: "?b" });
  });
});
