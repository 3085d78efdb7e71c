import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { contentHash, type ContentHashInput } from "../../../../platform/images/content-hash.ts";
import type { ContextEntry } from "../../../../engine/formats/read-context.ts";
import { explainChange } from "../../../../platform/images/explain-hash.ts";

const name = fc.constantFrom("a", "b", "constructor", "__proto__");
const entry: fc.Arbitrary<ContextEntry> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("file" as const),
      path: name,
      mode: fc.constantFrom("0644" as const, "0755" as const),
      digest: fc.constantFrom("0", "1"),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    { kind: fc.constant("symlink" as const), path: name, target: fc.constantFrom("x", "y") },
    { noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant("directory" as const), path: name }, { noNullPrototype: true }),
);
const input: fc.Arbitrary<ContentHashInput> = fc.record({
  dockerfile: fc.constantFrom("FROM a", "FROM b"),
  args: fc.dictionary(fc.constantFrom("A", "B"), fc.constantFrom("1", "2")),
  bases: fc.uniqueArray(fc.constantFrom("x@1", "y@1", "y@2")),
  entries: fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 4 }),
});

describe("explaining a hash", () => {
  test("finds nothing exactly when the hashes are equal", () => {
    fc.assert(
      fc.property(input, input, (before, after) => {
        expect(explainChange(before, after).length === 0).toBe(contentHash(before) === contentHash(after));
      }),
      { numRuns: 1000 },
    );
  });

  test("says the same backwards, with added and removed exchanged", () => {
    const turned = { added: "removed", removed: "added", changed: "changed" } as const;
    fc.assert(
      fc.property(input, input, (before, after) => {
        const forwards = explainChange(before, after).map(({ name: of, change }) => [of, turned[change]]);
        expect(explainChange(after, before).map(({ name: of, change }) => [of, change])).toEqual(forwards);
      }),
    );
  });
});
