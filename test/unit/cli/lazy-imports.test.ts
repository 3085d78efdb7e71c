import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "nasiko-imports-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Names of the packages that a command line loads. */
const packagesOf = (...args: readonly string[]): readonly string[] => loadedBy("cli/main.ts", ...args);

/** Names of the packages that a module loads which is run with these words. */
function loadedBy(module: string, ...args: readonly string[]): readonly string[] {
  const file = join(folder, `${[module.replaceAll("/", "-"), ...args].join("-")}.txt`);
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", join(ROOT, "test/support/tell-imports.ts"), join(ROOT, module), ...args],
    { env: { ...process.env, TOLD_IMPORTS: file, NASIKO_HOME: join(folder, "home") }, encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  expect(existsSync(file)).toBe(true);
  const found = readFileSync(file, "utf8").matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g);
  return [...new Set([...found].map(([, name = ""]) => name))].toSorted();
}

describe("what a command loads", () => {
  test("help needs colours, nothing else: not even the parser", () => {
    expect(packagesOf("--help")).toEqual(["picocolors"]);
    expect(packagesOf("local", "up", "--help")).toEqual(["picocolors"]);
  });

  test.each(["observe/observe-stack.ts", "observe/recall-plan.ts", "observe/find-orphans.ts"])(
    "looking at what is known already (%s) needs no schemas and no library of the engine",
    (module) => {
      expect(loadedBy(`cli/stack/${module}`)).toEqual([]);
    },
  );

  test("what asks no engine loads neither Docker's library nor Pulumi", () => {
    for (const name of packagesOf("config"))
      expect(name).not.toMatch(/^(?:dockerode|@pulumi\/|@grpc\/|log-update)/);
  });
});
