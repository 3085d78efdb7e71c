import { expect, test } from "vitest";

import { documentProblems } from "../../../docs/check.ts";

test("generated pages are fresh, links lead somewhere, and the commands in shell blocks exist", () => {
  expect(documentProblems()).toEqual([]);
});
