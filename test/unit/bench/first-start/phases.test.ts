import { expect, test } from "vitest";

import { readPhases, type TimedLine } from "../../../bench/first-start/phases.ts";

/** Lines of a first start, each with the second in which it was written. */
const LINES: readonly TimedLine[] = (
  [
    [0, "Installing packages (npm ci) …"],
    [40, "added 698 packages in 40s"],
    [45, "    base-debian: Resolving dependencies of required packages..."],
    [80, "    base-debian: importing"],
    [81, "    base-python: building"],
    [100, "    base-python: Step 6/6 : LABEL nasiko.kind=base"],
    [82, "    redis: waiting for its turn to be built"],
    [83, "    redis: Step 1/8 : FROM nasiko/base-debian:1"],
    [90, "✓ image redis created  9.0 s"],
    [91, "✓ container redis created  1.0 s"],
    [101, "    phoenix: Step 1/5 : FROM nasiko/base-python:1"],
    [160, "✓ image phoenix created  79.0 s"],
    [170, "✓ container phoenix created  10.0 s"],
  ] as const
).map(([seconds, text]) => ({ at: seconds * 1000, text }));

const { phases, chain } = readPhases(LINES, 171_000);

test("a first start is told phase by phase, an image without what it waited for", () => {
  expect(phases).toEqual([
    { name: "npm ci", from: 0, to: 40_000 },
    { name: "base-debian", from: 45_000, to: 80_000 },
    { name: "base-python", from: 81_000, to: 100_000 },
    { name: "image redis", from: 83_000, to: 90_000 },
    { name: "image phoenix", from: 101_000, to: 160_000 },
    { name: "container redis", from: 90_000, to: 91_000 },
    { name: "container phoenix", from: 160_000, to: 170_000 },
  ]);
});

test("the longest chain leads from the call to the end without a gap", () => {
  expect(chain.map(({ name }) => name)).toEqual([
    "npm ci",
    "the command",
    "base-debian",
    "the command",
    "base-python",
    "the command",
    "image phoenix",
    "container phoenix",
    "the command",
  ]);
  expect(chain.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(171_000);
});

test("an image that was there already takes no time, and packages that fit are no phase", () => {
  const lines = [{ at: 5000, text: "✓ image redis created  0.0 s" }];
  expect(readPhases(lines, 6000)).toEqual({
    phases: [{ name: "image redis", from: 5000, to: 5000 }],
    chain: [{ name: "the command", from: 0, to: 6000 }],
  });
});
