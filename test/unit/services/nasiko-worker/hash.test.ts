import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { readBaseRules } from "../../../../services/lib/dockerfile/allowed-bases.ts";
import { contentHash } from "../../../../services/nasiko-worker/src/content-hash.ts";
import { describeBuild } from "../../../../services/nasiko-worker/src/context.ts";
import { mapBases } from "../../../../services/nasiko-worker/src/base-images.ts";
import { baseIdentity } from "../../../../platform/images/base-recipes.ts";
import { contentHash as platformHash } from "../../../../platform/images/content-hash.ts";
import { describeImage } from "../../../../platform/images/describe-image.ts";
import { PUBLIC_BASES } from "../../../../platform/images/public-bases.ts";
import { entriesOf, type Tree } from "../../platform/images/trees.ts";

const ROOT = new URL("../../../../", import.meta.url).pathname;
const GOLDEN = join(ROOT, "test/golden/content-hash");
const BASES = PUBLIC_BASES.map(({ repository, tags, version, example, base }) => {
  const { name, hash, reference } = baseIdentity(base);
  return { repository, tags, version, example, reference, identity: `${name}@${hash}` };
});
const RULES = { baseImages: BASES, bases: readBaseRules(undefined, []) };
const folders = mkdtempSync(join(tmpdir(), "nasiko-worker-hash-"));
afterAll(() => rmSync(folders, { recursive: true }));

interface GoldenVector {
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly bases: readonly string[];
  readonly tree: Tree;
  readonly hash: string;
}

describe("the worker's content hash is the platform's", () => {
  const vectors = readdirSync(GOLDEN).map(
    (file) => JSON.parse(readFileSync(join(GOLDEN, file), "utf8")) as GoldenVector,
  );
  // The worker gives no build arguments.
  const usable = vectors.filter(({ args }) => Object.keys(args).length === 0);

  test("for the golden vectors, as far as the worker has what they hold", () => {
    expect(usable.length).toBeGreaterThan(1);
    for (const { dockerfile, bases, tree, hash } of usable)
      expect(contentHash({ dockerfile, bases, entries: entriesOf(tree) })).toBe(hash);
  });

  test("for any input", () => {
    const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
    const path = fc.string({ minLength: 1, maxLength: 8 });
    const entry = fc.oneof(
      fc.record({
        kind: fc.constant("file" as const),
        path,
        mode: fc.constantFrom("0644" as const, "0755" as const),
        digest,
      }),
      fc.record({ kind: fc.constant("symlink" as const), path, target: fc.string() }),
      fc.record({ kind: fc.constant("directory" as const), path }),
    );
    const entries = fc.uniqueArray(entry, { selector: (one) => one.path, maxLength: 8 });
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), entries, (dockerfile, bases, list) => {
        const input = { dockerfile, bases, entries: list };
        expect(contentHash(input)).toBe(platformHash({ ...input, args: {} }));
      }),
    );
  });
});

describe("an upload gets the tag that it would get as part of the program, and as much again of its hash", () => {
  const both = async (folder: string, root = folders): Promise<readonly [string, string]> => {
    const { reference } = await describeBuild("x", join(root, folder), RULES);
    const platform = describeImage({ root, name: "agent-x", context: folder, publicImages: "offline" });
    return [reference, platform.reference];
  };

  test("for the sample agent", async () => {
    const [worker, platform] = await both("agents/translator", ROOT);
    expect(worker).toMatch(/:[0-9a-f]{32}$/);
    expect(worker.startsWith(platform)).toBe(true);
  });

  test("for any folder, with links, modes and rules of what is ignored", async () => {
    const name = fc.constantFrom(
      "a",
      "b.txt",
      "src/main.ts",
      "src/deep/x",
      "node_modules/y/z",
      "run.sh",
      ".hidden",
      ".git/HEAD",
      "node_modules/.hg/x",
    );
    const rule = fc.constantFrom(
      "node_modules",
      "*.txt",
      "src/**",
      "!src/main.ts",
      "# note",
      ".hidden",
      "b*",
      "!.git",
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name), fc.array(rule), fc.boolean(), async (names, rules, link) => {
        const folder = `case-${count++}`;
        const write = (path: string, text: string, mode = 0o644): void => {
          mkdirSync(dirname(join(folders, folder, path)), { recursive: true });
          writeFileSync(join(folders, folder, path), text, { mode });
        };
        write(
          "Dockerfile",
          "# syntax\nFROM node:24-slim AS build\nFROM debian:bookworm-slim\nCOPY --from=build /a /b\n",
        );
        if (rules.length > 0) write(".dockerignore", rules.join("\n"));
        for (const path of names) write(path, path, path.endsWith(".sh") ? 0o755 : 0o644);
        if (link) symlinkSync("Dockerfile", join(folders, folder, "link"));
        const [worker, platform] = await both(folder);
        expect(worker.startsWith(platform)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("whatever Git does beside it, by either", async () => {
    const folder = join(folders, "checkout");
    mkdirSync(folder);
    writeFileSync(join(folder, "Dockerfile"), "FROM node:24-slim\nCOPY . .\n");
    const git = (...words: readonly string[]): void => {
      const who = ["-c", "user.name=x", "-c", "user.email=x@example.com"];
      execFileSync("git", ["-C", folder, ...who, ...words], { stdio: "ignore" });
    };
    const before = await both("checkout");
    git("init");
    git("add", ".");
    git("commit", "-m", "x");
    git("branch", "x");
    expect(await both("checkout")).toEqual(before);
    expect(before[0].startsWith(before[1])).toBe(true);
  });

  test("but its file of variables is no part of the image", async () => {
    const write = (folder: string, path: string, text: string): void => {
      mkdirSync(join(folders, folder), { recursive: true });
      writeFileSync(join(folders, folder, path), text);
    };
    for (const folder of ["with", "without"]) write(folder, "Dockerfile", "FROM node:24-slim\n");
    write("with", ".env", "OPENAI_API_KEY=hunter2\n");
    const [first, second] = await Promise.all(
      ["with", "without"].map((folder) => describeBuild("x", join(folders, folder), RULES)),
    );
    expect(first?.reference).toBe(second?.reference);
    expect(first?.entries.map(({ path }) => path)).toEqual(["Dockerfile"]);
  });
});

test("a stage that is called like a public base stays what it is", () => {
  const dockerfile = "FROM debian:12 AS node\nFROM node\nCOPY --from=node:24 /x /y\nRUN echo FROM node:24\n";
  const [debian, node] = [baseIdentity("base-debian").reference, baseIdentity("base-node").reference];
  expect(mapBases(dockerfile, BASES).text).toBe(
    `FROM ${debian} AS node\nFROM node\nCOPY --from=${node} /x /y\nRUN echo FROM node:24\n`,
  );
});
