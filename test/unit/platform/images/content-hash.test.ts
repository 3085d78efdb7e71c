import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentHash } from "../../../../platform/images/content-hash.ts";
import type { ContentHashInput } from "../../../../platform/images/content-hash.ts";
import { NO_IGNORE_RULES } from "../../../../engine/formats/ignore-rules.ts";
import { readContext, type ContextEntry } from "../../../../engine/formats/read-context.ts";
import { entriesOf, plant, withFolder } from "./trees.ts";
import type { Tree } from "./trees.ts";

interface GoldenVector {
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly bases: readonly string[];
  readonly tree: Tree;
  readonly hash: string;
}

const GOLDEN = join(import.meta.dirname, "../../../golden/content-hash");
const vectors = readdirSync(GOLDEN).map((name): readonly [string, GoldenVector] => [
  name,
  JSON.parse(readFileSync(join(GOLDEN, name), "utf8")) as GoldenVector,
]);

describe("golden vectors of the content hash", () => {
  test("there are some", () => expect(vectors.length).toBeGreaterThanOrEqual(5));

  test.each(vectors)("%s from data", (_name, { hash, tree, ...input }) => {
    expect(contentHash({ ...input, entries: entriesOf(tree) })).toBe(hash);
  });

  test.each(vectors)("%s from disk", (_name, { hash, tree, ...input }) => {
    withFolder((folder) => {
      plant(folder, tree);
      expect(contentHash({ ...input, entries: readContext(folder, NO_IGNORE_RULES) })).toBe(hash);
    });
  });
});

const arbitraryDigest = fc.stringMatching(/^[0-9a-f]{64}$/);
const arbitraryEntry = (path: string): fc.Arbitrary<ContextEntry> =>
  fc.oneof(
    fc.record({
      kind: fc.constant("file" as const),
      path: fc.constant(path),
      mode: fc.constantFrom("0644" as const, "0755" as const),
      digest: arbitraryDigest,
    }),
    fc.record({ kind: fc.constant("symlink" as const), path: fc.constant(path), target: fc.string() }),
    fc.record({ kind: fc.constant("directory" as const), path: fc.constant(path) }),
  );
const arbitraryEntries = fc
  .uniqueArray(fc.string({ minLength: 1, unit: "grapheme" }), { maxLength: 8 })
  .chain((paths) => fc.tuple(...paths.map(arbitraryEntry)));
const arbitraryInput: fc.Arbitrary<ContentHashInput> = fc.record({
  dockerfile: fc.string(),
  args: fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
  bases: fc.uniqueArray(fc.string(), { maxLength: 3 }),
  entries: arbitraryEntries,
});

/** The meaning of an input, in a form that JSON compares: what must decide the hash, and nothing else. */
const meaning = ({ dockerfile, args, bases, entries }: ContentHashInput): string =>
  JSON.stringify([
    dockerfile,
    Object.entries(args).sort(),
    [...new Set(bases)].sort(),
    entries.map((entry) => JSON.stringify(Object.entries(entry).sort())).sort(),
  ]);

const runs = { numRuns: 300 };

describe("the content hash", () => {
  test("does not depend on the order of entries, arguments and bases", () =>
    fc.assert(
      fc.property(arbitraryInput, fc.integer(), (input, turn) => {
        const rotate = <Item>(items: readonly Item[]): readonly Item[] => {
          const at = items.length === 0 ? 0 : Math.abs(turn) % items.length;
          return [...items.slice(at), ...items.slice(0, at)].reverse();
        };
        const shuffled: ContentHashInput = {
          dockerfile: input.dockerfile,
          args: Object.fromEntries(rotate(Object.entries(input.args))),
          bases: [...rotate(input.bases), ...input.bases],
          entries: rotate(input.entries),
        };
        expect(contentHash(shuffled)).toBe(contentHash(input));
      }),
      runs,
    ));

  test("is equal for equal inputs only", () =>
    fc.assert(
      fc.property(arbitraryInput, arbitraryInput, (a, b) => {
        expect(contentHash(a) === contentHash(b)).toBe(meaning(a) === meaning(b));
      }),
      runs,
    ));

  test("keeps parts apart whose texts run into each other", () => {
    const hashOf = (part: Partial<ContentHashInput>): string =>
      contentHash({ dockerfile: "", args: {}, bases: [], entries: [], ...part });
    const hashes = [
      hashOf({ dockerfile: "ab" }),
      hashOf({ args: { ab: "" } }),
      hashOf({ args: { a: "b" } }),
      hashOf({ args: { "": "ab" } }),
      hashOf({ bases: ["ab"] }),
      hashOf({ bases: ["a", "b"] }),
      hashOf({ bases: ["1:a1:b"] }),
      hashOf({ entries: [{ kind: "directory", path: "ab" }] }),
      hashOf({ entries: [{ kind: "symlink", path: "a", target: "b" }] }),
      hashOf({ entries: [{ kind: "symlink", path: "ab", target: "" }] }),
      hashOf({
        entries: [
          { kind: "directory", path: "a" },
          { kind: "directory", path: "b" },
        ],
      }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("changes with any one byte, mode, path, kind, target, argument, base or Dockerfile line", () => {
    const digest = "0".repeat(64);
    const input: ContentHashInput = {
      dockerfile: "FROM a\n",
      args: { A: "1" },
      bases: ["base-node@v1:00"],
      entries: [
        { kind: "file", path: "a/b", mode: "0644", digest },
        { kind: "symlink", path: "l", target: "a" },
      ],
    };
    const [plain, link] = input.entries;
    if (plain?.kind !== "file" || link?.kind !== "symlink") throw new Error("unreachable");
    const variants: readonly ContentHashInput[] = [
      { ...input, dockerfile: "FROM a \n" },
      { ...input, args: { A: "2" } },
      { ...input, args: { B: "1" } },
      { ...input, args: {} },
      { ...input, bases: ["base-node@v1:01"] },
      { ...input, entries: [{ ...plain, mode: "0755" }, link] },
      { ...input, entries: [{ ...plain, path: "a/c" }, link] },
      { ...input, entries: [{ ...plain, digest: `1${digest.slice(1)}` }, link] },
      { ...input, entries: [plain, { ...link, target: "b" }] },
      { ...input, entries: [plain, link, { kind: "directory", path: "empty" }] },
      { ...input, entries: [plain] },
    ];
    expect(new Set([input, ...variants].map(contentHash)).size).toBe(variants.length + 1);
  });
});
