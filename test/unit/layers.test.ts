import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const CHECKED = ["cli", "components", "engine", "offline", "platform", "policies", "services", "agents"];
const FILES = [
  "templates",
  "index.ts",
  "library.ts",
  "main.js",
  "package.json",
  "tsconfig.json",
  "layers.config.js",
];

/** One import per rule that nobody may write; the file, what it imports, and the rule that says so. */
const VIOLATIONS: readonly (readonly [file: string, imported: string, rule: string])[] = [
  ["cli/lib/planted.ts", "../render/table.ts", "cli-lib-imports-down"],
  ["cli/render/planted.ts", "../stack/context.ts", "cli-render-imports-down"],
  ["cli/engine-host/planted.ts", "../features/setup/setup.ts", "cli-enginehost-imports-down"],
  ["cli/stack/planted.ts", "../features/setup/setup.ts", "cli-stack-imports-down"],
  ["cli/features/setup/planted.ts", "../snapshot/manifest.ts", "features-are-separate"],
  ["platform/images/planted.ts", "../../components/docker/platform.ts", "platform-is-the-model"],
  ["platform/settings/planted.ts", "../blueprint/blueprint.ts", "platform-settings-imports-down"],
  ["engine/core/planted.ts", "../../platform/blueprint/blueprint.ts", "engine-is-an-engine"],
  ["platform/images/planted-sdk.ts", "@pulumi/pulumi", "platform-has-no-sdk"],
  ["components/docker/planted.ts", "../../cli/lib/today.ts", "components-declare"],
  ["services/nasiko-web/src/planted.ts", "../../nasiko-router/src/main.ts", "services-are-separate"],
  ["services/bundle/planted.ts", "../../platform/settings/load.ts", "bundling-is-separate"],
  ["offline/stand-ins/kong/src/planted.ts", "../../n8n/src/main.ts", "offline-images-are-separate"],
  ["agents/calculator/src/planted.ts", "../../../cli/lib/today.ts", "samples-stand-alone"],
  ["cli/features/planted/planted.ts", "../../../test/support/closing-line.ts", "product-needs-no-tests"],
];

describe("the check of the layers", () => {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-layers-"));
  beforeAll(() => {
    const filter = (source: string): boolean => !source.endsWith("node_modules");
    for (const name of [...CHECKED, ...FILES, "test/support"])
      cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = (): { readonly status: number | null; readonly stdout: string } =>
    spawnSync("npm", ["run", "--silent", "layers"], { cwd: folder, encoding: "utf8" });

  test("names file and rule of every import across a layer, also when only a type is imported", () => {
    for (const [file, imported] of VIOLATIONS) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `export type * as planted from "${imported}";\n`);
    }
    const { status, stdout } = check();
    expect(status).not.toBe(0);
    // What is planted closes circles as well; the next test asks for those.
    const found = [...stdout.matchAll(/error (\S+): (\S+) → /g)].filter(
      ([, rule]) => !rule?.endsWith("-cycle"),
    );
    expect(found.map(([, rule, file]) => `${file}: ${rule}`).toSorted()).toEqual(
      VIOLATIONS.map(([file, , rule]) => `${file}: ${rule}`).toSorted(),
    );
  });

  test("names every file of a circle, and nothing else", () => {
    for (const [file] of VIOLATIONS) rmSync(join(folder, file));
    writeFileSync(join(folder, "cli/lib/odd.ts"), 'export type * as even from "./even.ts";\n');
    writeFileSync(join(folder, "cli/lib/even.ts"), 'export type * as odd from "./odd.ts";\n');
    const { status, stdout } = check();
    expect(status).toBe(1);
    expect(stdout).toMatch(/error no-file-cycle: cli\/lib\/(odd|even)\.ts → \n +cli\/lib\/(odd|even)\.ts/);
  });
});
