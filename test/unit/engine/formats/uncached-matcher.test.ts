import dockerignore from "@balena/dockerignore";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { CHECKED_DOCKERIGNORE, uncachedMatcher } from "../../../../engine/formats/uncached-matcher.ts";

const require = createRequire(import.meta.url);

describe("the library behind .dockerignore", () => {
  test("is the version whose internals were checked", () => {
    expect(require("@balena/dockerignore/package.json")).toMatchObject({ version: CHECKED_DOCKERIGNORE });
  });

  test("still decides in a function of one path, which its cached answer comes from", () => {
    const matcher = dockerignore.default({ ignorecase: false }).add(["*.log"]);
    expect(matcher).toHaveProperty("_test", expect.any(Function));
    expect(matcher).toHaveProperty("_test.length", 1);
    const wanted = uncachedMatcher(["*.log"]);
    for (const path of ["a.log", "a.txt", "below/a.log"]) expect(wanted(path)).toBe(!matcher.ignores(path));
  });

  test("would answer from its cache for what every object has", () => {
    expect(uncachedMatcher(["constructor"])("constructor")).toBe(false);
    // The reason for asking without it: when this fails, the library has been mended.
    expect(dockerignore.default({ ignorecase: false }).add(["constructor"]).ignores("constructor")).toBe(
      false,
    );
  });
});
