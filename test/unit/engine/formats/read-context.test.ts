import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_IGNORE_RULES, parseIgnoreRules } from "../../../../engine/formats/ignore-rules.ts";
import type { IgnoreRules } from "../../../../engine/formats/ignore-rules.ts";
import { readContext, type ContextEntry } from "../../../../engine/formats/read-context.ts";
import { entriesOf, file, plant, withFolder } from "../../platform/images/trees.ts";
import type { Tree, TreeEntry } from "../../platform/images/trees.ts";

const TREE: Tree = [
  file("Dockerfile", "FROM scratch\n"),
  { kind: "directory", path: "src" },
  file("src/main.ts", "1"),
  file("src/run.sh", "2", "0755"),
  { kind: "symlink", path: "src/up", target: "../../.." },
];

const byPath = (entries: readonly ContextEntry[]): readonly ContextEntry[] =>
  [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));

const read = (tree: Tree, rules: IgnoreRules = NO_IGNORE_RULES): readonly ContextEntry[] =>
  withFolder((folder) => {
    plant(folder, tree);
    return byPath(readContext(folder, rules));
  });

describe("reading a build context", () => {
  test("lists files, directories and links, and does not follow the links", () => {
    expect(read(TREE)).toEqual(byPath(entriesOf(TREE)));
  });

  test("gives the same for another folder, another order of writing, and touched files", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-d]{1,2}$/), { minLength: 1, maxLength: 5 });
    const tree = fc
      .tuple(names, names)
      .map(([folders, files]) =>
        folders.flatMap((folder): readonly TreeEntry[] => [
          { kind: "directory", path: `x${folder}` },
          ...files.map((name) => file(`x${folder}/${name}`, `${folder}${name}`)),
        ]),
      );
    fc.assert(
      fc.property(tree, (planted) => {
        const original = read(planted);
        const again = withFolder((folder) => {
          plant(folder, [...planted].reverse());
          for (const { path } of planted) utimesSync(join(folder, path), 1, 1);
          return byPath(readContext(folder, NO_IGNORE_RULES));
        });
        expect(again).toEqual(original);
      }),
      { numRuns: 25 },
    );
  });

  test("leaves out what version control keeps, at any depth and whatever rules say", () => {
    const kept = ["Dockerfile", ".gitignore", "git", "src/.github"].map((path) => file(path));
    const metadata = [
      ...[".git/HEAD", ".hg/store/x", ".svn/wc.db", "vendor/part/.git/refs/heads/x"].map((path) =>
        file(path),
      ),
      file("submodule/.git", "gitdir: ../.git/modules/submodule"),
    ];
    const paths = (rules: IgnoreRules): readonly string[] =>
      read([...kept, ...metadata], rules).flatMap((entry) => (entry.kind === "file" ? [entry.path] : []));
    for (const rules of [NO_IGNORE_RULES, parseIgnoreRules("!.git\n!**/.git/**")])
      expect(paths(rules)).toEqual([".gitignore", "Dockerfile", "git", "src/.github"]);
  });

  test("sees nothing of the mode but the owner's execute bit", () => {
    withFolder((folder) => {
      plant(folder, TREE);
      const before = readContext(folder, NO_IGNORE_RULES);
      chmodSync(join(folder, "src/main.ts"), 0o664);
      chmodSync(join(folder, "src/run.sh"), 0o700);
      chmodSync(join(folder, "src"), 0o775);
      expect(readContext(folder, NO_IGNORE_RULES)).toEqual(before);
      chmodSync(join(folder, "src/main.ts"), 0o744);
      expect(readContext(folder, NO_IGNORE_RULES)).not.toEqual(before);
    });
  });

  test("leaves out what is ignored, and keeps what a ! rule brings back", () => {
    const rules = parseIgnoreRules("**/*.log\nnode_modules\n!node_modules/own\n");
    const extra: Tree = [
      file("src/debug.log", "x"),
      file("node_modules/other/index.js", "x"),
      file("node_modules/own/index.js", "kept"),
    ];
    expect(read([...TREE, ...extra], rules).map((entry) => entry.path)).toEqual(
      [...TREE.map((entry) => entry.path), "node_modules/own", "node_modules/own/index.js"].sort(),
    );
  });

  test("does not enter an ignored directory", () => {
    const entered: string[] = [];
    const rules = parseIgnoreRules("node_modules\n");
    const spy: IgnoreRules = {
      ...rules,
      ignores: (path) => {
        entered.push(path);
        return rules.ignores(path);
      },
    };
    read([...TREE, file("node_modules/deep/x")], spy);
    expect(entered).toContain("node_modules");
    expect(entered.filter((path) => path.startsWith("node_modules/"))).toEqual([]);
  });

  test("digests files larger than one read", () => {
    const tree: Tree = [
      file("exactly-one", "a".repeat(1 << 20)),
      file("several", "ab".repeat((5 << 19) + 7)),
      file("just-below", "a".repeat((1 << 20) - 1)),
    ];
    expect(read(tree)).toEqual(byPath(entriesOf(tree)));
  });

  test("refuses a socket by name, unless it is ignored", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nasiko-test-"));
    const path = join(folder, "agent.sock");
    const server = createServer();
    try {
      await new Promise<void>((resolve) => server.listen(path, resolve));
      expect(() => readContext(folder, NO_IGNORE_RULES)).toThrow(
        `${path} cannot be part of an image: it is a socket`,
      );
      expect(readContext(folder, parseIgnoreRules("*.sock"))).toEqual([]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    }
  });

  test("refuses a named pipe instead of waiting for its writer", () => {
    withFolder((folder) => {
      execFileSync("sh", ["-c", 'mkfifo "$0"', join(folder, "pipe")]);
      expect(() => readContext(folder, NO_IGNORE_RULES)).toThrow("named pipe");
    });
  });

  test("says which file vanished while it was read", () => {
    withFolder((folder) => {
      plant(folder, [file("a"), file("b")]);
      // The rules are asked between listing and reading: the moment in which a file can vanish.
      const rules: IgnoreRules = {
        mayHoldIncluded: () => false,
        ignores: (path) => {
          if (path === "b") execFileSync("rm", [join(folder, "b")]);
          return false;
        },
      };
      expect(() => readContext(folder, rules)).toThrow(`${join(folder, "b")} vanished`);
    });
  });

  test("does not read through a link that took a file's place", () => {
    withFolder((folder) => {
      plant(folder, [file("b")]);
      const rules: IgnoreRules = {
        mayHoldIncluded: () => false,
        ignores: () => {
          execFileSync("ln", ["-sf", "/etc/passwd", join(folder, "b")]);
          return false;
        },
      };
      expect(() => readContext(folder, rules)).toThrow("became another kind of file");
    });
  });

  test("refuses a name that is not UTF-8", () => {
    withFolder((folder) => {
      mkdirSync(join(folder, "sub"));
      const prefix = Buffer.from(join(folder, "sub", "n"));
      writeFileSync(Buffer.concat([prefix, Buffer.from([0xff])]), "");
      expect(() => readContext(folder, NO_IGNORE_RULES)).toThrow("its name is not valid UTF-8");
    });
  });
});
