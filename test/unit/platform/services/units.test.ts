import { expect, test } from "vitest";

import { type Duration, type Size, toMegabytes, toSeconds } from "../../../../platform/services/units.ts";

test.each<[Size, number]>([
  ["256MB", 256],
  ["2GB", 2048],
  ["1.5GB", 1536],
])("%s is %d megabytes", (size, megabytes) => {
  expect(toMegabytes(size)).toBe(megabytes);
});

test.each<[Duration, number]>([
  ["500ms", 0.5],
  ["20s", 20],
  ["2m", 120],
])("%s is %d seconds", (duration, seconds) => {
  expect(toSeconds(duration)).toBe(seconds);
});
