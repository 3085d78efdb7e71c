import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { fingerprintOf, type Inputs } from "../../../../../cli/stack/inputs/fingerprint.ts";

let root: string;
const at = (name: string): string => join(root, name);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "nasiko-inputs-"));
  mkdirSync(at("a/b"), { recursive: true });
  mkdirSync(at("left-out"));
  for (const name of ["a/one", "a/b/two", "left-out/three", "alone"]) writeFileSync(at(name), name);
});
afterEach(() => rmSync(root, { recursive: true }));

const digest = (more: Partial<Inputs> = {}): string =>
  fingerprintOf({
    folders: [{ path: root, without: [at("left-out"), at("alone")] }],
    files: [at("alone"), at("missing")],
    variables: { A: "1", B: undefined },
    facts: { node: "24" },
    ...more,
  }).digest;

describe("a fingerprint of inputs", () => {
  test("is the same as long as nothing changed, and whatever happens to what is left out", () => {
    const before = digest();
    writeFileSync(at("left-out/three"), "changed");
    expect(digest()).toBe(before);
  });

  test.each<readonly [string, () => void]>([
    ["a file of the same length was written", () => writeFileSync(at("a/b/two"), "A/B/TWO")],
    [
      "its time was set back afterwards",
      () => {
        writeFileSync(at("a/one"), "A/ONE");
        utimesSync(at("a/one"), 1, 1);
      },
    ],
    ["a file was added", () => writeFileSync(at("a/three"), "")],
    ["an empty folder was added", () => mkdirSync(at("a/c"))],
    ["a file was renamed", () => renameSync(at("a/one"), at("a/other"))],
    ["a file went", () => rmSync(at("a/one"))],
    ["a file that counts alone was written", () => writeFileSync(at("alone"), "changed")],
    ["a file came that was missing", () => writeFileSync(at("missing"), "")],
    ["a link was laid", () => symlinkSync("one", at("a/link"))],
  ])("changes when %s", (_, change) => {
    const before = digest();
    change();
    expect(digest()).not.toBe(before);
  });

  test("changes when a folder becomes a link to another one like it", () => {
    symlinkSync("a", at("first"));
    symlinkSync("a/b", at("second"));
    const through = (path: string): string => digest({ folders: [{ path: at(path) }] });
    const before = through("first");
    renameSync(at("second"), at("first"));
    expect(through("first")).not.toBe(before);
  });

  test("changes with every variable and fact", () => {
    const all = [
      digest(),
      digest({ variables: { A: "2", B: undefined } }),
      digest({ variables: { A: "1", B: "" } }),
      digest({ variables: { A: "1" } }),
      digest({ facts: { node: "25" } }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test("says when the latest change was made", () => {
    const before = fingerprintOf({
      folders: [{ path: root }],
      files: [],
      variables: {},
      facts: {},
    }).changedAt;
    expect(before).toBeLessThanOrEqual(Date.now());
    writeFileSync(at("a/one"), "changed");
    const after = fingerprintOf({ folders: [{ path: root }], files: [], variables: {}, facts: {} }).changedAt;
    expect(after).toBeGreaterThanOrEqual(before);
  });
});
