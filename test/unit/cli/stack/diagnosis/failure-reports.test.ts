import { describe, expect, test } from "vitest";

import { describeFailure } from "../../../../../cli/stack/diagnosis/failure.ts";
import { evidenceOf, FAILURES } from "./failure-cases.ts";

/** To look at them all after a change: vitest -u, then git diff. */
describe("the report of a failed up", () => {
  test.each(FAILURES)("reads well: $name", async (failure) => {
    const { text, json } = describeFailure(evidenceOf(failure));
    const { failures } = json;
    const report = `${text}\n\n--- for programs ---\n${JSON.stringify(failures, undefined, 2)}\n`;
    await expect(report).toMatchFileSnapshot(`../../../../golden/failure/${failure.name}.txt`);
  });

  test("names every case once", () => {
    expect(new Set(FAILURES.map(({ name }) => name)).size).toBe(FAILURES.length);
  });
});
