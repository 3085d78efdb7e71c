import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { exposedFiles } from "../../../../../cli/features/verify/exposed-files.ts";

const me = process.getuid?.();
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "nasiko-home-"));
  mkdirSync(join(home, "stacks"), { mode: 0o700 });
  writeFileSync(join(home, "passphrase"), "x", { mode: 0o600 });
  writeFileSync(join(home, "stacks/local.json"), "{}", { mode: 0o600 });
});
afterEach(() => rmSync(home, { recursive: true }));

test("a home as it is made is closed", async () => {
  symlinkSync("/etc/hostname", join(home, "link"));
  expect(await exposedFiles(home, me)).toEqual([]);
});

test.each([
  ["passphrase", 0o640],
  ["passphrase", 0o604],
  ["stacks", 0o755],
  ["stacks/local.json", 0o602],
  [".", 0o711],
])("%s with mode %o is open", async (name, mode) => {
  chmodSync(join(home, name), mode);
  expect(await exposedFiles(home, me)).toEqual([`${join(home, name)} has mode 0${mode.toString(8)}`]);
});

test("what belongs to somebody else is named", async () => {
  expect(await exposedFiles(home, (me ?? 0) + 1)).toContain(
    `${join(home, "passphrase")} belongs to user ${me}`,
  );
});

test("where users have no numbers there is nothing to look at", async () => {
  expect(await exposedFiles("/does/not/exist", undefined)).toEqual([]);
});
