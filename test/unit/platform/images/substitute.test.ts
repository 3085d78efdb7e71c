import { expect, test } from "vitest";
import { compareVersions } from "../../../../platform/images/compare-versions.ts";
import { describeSubstitute, substituteFor } from "../../../../platform/images/substitute.ts";

test.each([
  ["7.0.15", "7.4.11-alpine", "older"],
  ["20.26.1", "20.3.0", "newer"],
  ["18.16.1", "26.3.20.7", "older"],
  ["18.6.3", "18.6", "same"],
  ["18", "18.6", "same"],
  ["7.10", "7.9", "newer"],
  ["0.159.0", "v0.159.0", "same"],
  ["12", "bookworm-slim", "unknown"],
  ["1.0", "latest", "unknown"],
])("version %s against %s is %s", (version, other, order) => {
  expect(compareVersions(version, other)).toBe(order);
});

const image = { folder: "offline/rebuilds/x", of: "x", version: "7.0.15", standIn: false, why: "It is." };

test("a rebuild of the official version substitutes nothing", () => {
  expect(substituteFor(image, "7.0.15-alpine")).toBeUndefined();
});

test.each([
  ["7.4.11-alpine", "older build (7.0.15)"],
  ["6.2", "newer build (7.0.15)"],
  ["latest", "other build (7.0.15)"],
])("a rebuild for %s is told as: %s", (tag, told) => {
  const substitute = substituteFor(image, tag);
  expect(substitute === undefined ? "" : describeSubstitute(substitute)).toBe(told);
});

test("a stand-in is one whatever its version", () => {
  const substitute = substituteFor({ ...image, standIn: true }, "7.0.15");
  expect(substitute === undefined ? "" : describeSubstitute(substitute)).toBe("stand-in");
});
