import { expect, test } from "vitest";

import { isPartOfImage } from "../../../../../cli/features/agents/watch-folder.ts";
import { file, plant, withFolder } from "../../../platform/images/trees.ts";

test("a change counts unless it is ignored, or belongs to version control", () => {
  withFolder((folder) => {
    plant(folder, [file(".dockerignore", "*.md\n!.git\n")]);
    const counts = (path: string): boolean => isPartOfImage(folder, path);
    expect(["src/main.ts", ".gitignore", "Dockerfile", ".dockerignore"].map(counts)).not.toContain(false);
    expect(
      [".git/index", "lib/.git", ".hg/dirstate", "lib/.svn/wc.db", "README.md"].map(counts),
    ).not.toContain(true);
  });
});
