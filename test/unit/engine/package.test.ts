import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const root = join(import.meta.dirname, "../../..");
const versions = z.record(z.string(), z.string()).default({});
const schema = z.object({
  dependencies: versions,
  devDependencies: versions,
  exports: z.record(z.string(), z.unknown()),
});
const read = (path: string): z.infer<typeof schema> =>
  schema.parse(JSON.parse(readFileSync(join(root, path), "utf8")));

describe("the engine's package", () => {
  const engine = read("engine/package.json");
  const product = read("package.json");

  test("depends on exactly what the product depends on, which carries the compiled engine", () => {
    expect(product.dependencies).toMatchObject(engine.dependencies);
    expect(product.devDependencies).toMatchObject(engine.devDependencies);
  });

  test.for(Object.entries(engine.exports))("exports %s", async ([, path]) => {
    // The program's entry point takes over its process: only that it exists is asked here.
    const text = readFileSync(join(root, "engine", String(path)), "utf8");
    expect(text).not.toBe("");
    if (path !== "./core/bootstrap.ts")
      expect(
        Object.keys(z.looseObject({}).parse(await import(join(root, "engine", String(path))))),
      ).not.toEqual([]);
  });
});
