import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ContextEntry } from "../../../../engine/formats/read-context.ts";

/** A small tree as data, so that what a git checkout does to modes cannot break a test. */
export type Tree = readonly TreeEntry[];

export type TreeEntry =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly mode: "0644" | "0755";
      readonly content: string;
    }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  | { readonly kind: "directory"; readonly path: string };

export const file = (path: string, content = "", mode: "0644" | "0755" = "0644"): TreeEntry => ({
  kind: "file",
  path,
  mode,
  content,
});

/** What reading the tree from disk has to give, computed without a disk. */
export const entriesOf = (tree: Tree): readonly ContextEntry[] =>
  tree.map((entry) => {
    if (entry.kind !== "file") return entry;
    const { content, ...rest } = entry;
    return { ...rest, digest: createHash("sha256").update(content).digest("hex") };
  });

/** Writes the tree in the given order; directories that are not listed are made as needed. */
export function plant(folder: string, tree: Tree): void {
  for (const entry of tree) {
    const path = join(folder, entry.path);
    mkdirSync(entry.kind === "directory" ? path : dirname(path), { recursive: true });
    if (entry.kind === "symlink") symlinkSync(entry.target, path);
    if (entry.kind === "file") {
      writeFileSync(path, entry.content);
      chmodSync(path, Number.parseInt(entry.mode, 8));
    }
  }
}

/** Runs with a temporary folder that is gone afterwards. */
export function withFolder<Result>(run: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-test-"));
  try {
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
