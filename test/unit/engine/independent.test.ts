import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const ENGINE = join(import.meta.dirname, "../../../engine");

test("the engine is anybody's: no file of it names the platform", () => {
  const files = readdirSync(ENGINE, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes("node_modules") && entry.name !== "package.json",
  );
  expect(files.length).toBeGreaterThan(100);
  const naming = files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => /nasiko/i.test(readFileSync(file, "utf8")));
  expect(naming).toEqual([]);
});
