import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

const PUBLISH = join(import.meta.dirname, "../../../services/agent-telemetry/publish.sh");

let folder: string;
let volume: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-telemetry-"));
  volume = join(folder, "volume");
  mkdirSync(volume);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Does what the job does with an image of this version. */
function publish(version: string): string {
  const image = join(folder, "image");
  rmSync(image, { recursive: true, force: true });
  mkdirSync(join(image, "files/node"), { recursive: true });
  writeFileSync(join(image, "files/node/register.cjs"), `// ${version}\n`);
  writeFileSync(join(image, "version"), `${version}\n`);
  return execFileSync("bash", [PUBLISH, image, volume], { encoding: "utf8", stdio: "pipe" });
}

const current = (): string => readFileSync(join(volume, "current/node/register.cjs"), "utf8").trim();

test("agents find what was laid out last", () => {
  expect(publish("1111")).toMatch(/^agents load version 1111: /);
  expect(current()).toBe("// 1111");
  publish("2222");
  expect(current()).toBe("// 2222");
});

test("the version before stays for agents that run, older ones go", () => {
  for (const version of ["1111", "2222", "3333"]) publish(version);
  expect(readdirSync(volume).toSorted()).toEqual(["2222", "3333", "current"]);
  // Another run of the same version is no new one.
  publish("3333");
  expect(readdirSync(volume).toSorted()).toEqual(["2222", "3333", "current"]);
  // Back to one that is there still.
  publish("2222");
  expect(current()).toBe("// 2222");
  expect(readdirSync(volume).toSorted()).toEqual(["2222", "3333", "current"]);
});

test("a run that was broken off leaves nothing half done", () => {
  publish("1111");
  mkdirSync(join(volume, ".part/node"), { recursive: true });
  writeFileSync(join(volume, ".part/node/register.cjs"), "half");
  publish("2222");
  expect(current()).toBe("// 2222");
  expect(readdirSync(volume).toSorted()).toEqual(["1111", "2222", "current"]);
});
