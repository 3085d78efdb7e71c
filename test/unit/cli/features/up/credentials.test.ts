import { describe, expect, test } from "vitest";

import { describeCredentials, readCredentials } from "../../../../../cli/features/up/credentials.ts";
import type { StackSnapshot } from "../../../../../engine/core/engine.ts";
import { STACK_TYPE } from "../../../../../engine/core/urn.ts";

/** A state that holds no more than the stack's outputs. */
function snapshotWith(credentials: Readonly<Record<string, unknown>>): StackSnapshot {
  const stack = { type: STACK_TYPE, name: "nasiko-local", outputs: { credentials } };
  return { resources: [stack], open: () => Promise.resolve(stack) } as unknown as StackSnapshot;
}

const SUPERUSER = { superuser: { accessKey: "NASK_example", accessSecret: "a-long-secret" } };
const nothingElse = { urls: [] } as unknown as Parameters<typeof readCredentials>[0];

describe("credentials of a stack", () => {
  test("the superuser's secret is told to who asked for it only", async () => {
    const hidden = await readCredentials(nothingElse, snapshotWith(SUPERUSER), false);
    expect(hidden).toEqual([{ label: "Superuser", user: "NASK_example", password: undefined }]);
    expect(describeCredentials(hidden)).toMatch(/NASK_example +\(nasiko local urls --show-secrets\)/);

    const shown = await readCredentials(nothingElse, snapshotWith(SUPERUSER), true);
    expect(describeCredentials(shown)).toMatch(/Superuser +NASK_example +a-long-secret/);
  });

  test("in mode simple, and where no stack is, nobody has any", async () => {
    expect(await readCredentials(nothingElse, snapshotWith({}), true)).toEqual([]);
    expect(await readCredentials(nothingElse, undefined, true)).toEqual([]);
  });
});
