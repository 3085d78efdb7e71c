import { expect, test } from "vitest";

import { parseByteSize } from "../../../../engine/formats/byte-size.ts";

test.each([
  ["512", 512],
  ["512b", 512],
  ["1k", 1024],
  ["256m", 268_435_456],
  ["256MB", 268_435_456],
  ["256MiB", 268_435_456],
  ["1.5 GB", 1_610_612_736],
  ["2t", 2 * 1024 ** 4],
])("%s is %d bytes", (text, bytes) => expect(parseByteSize(text)).toBe(bytes));

test.each(["", "m", "-1m", "1x", "1mm", "bb", "1bb", "1,5g", "Infinity", " 1m"])("%j is no size", (text) =>
  expect(parseByteSize(text)).toBeUndefined(),
);
