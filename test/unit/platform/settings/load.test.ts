import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { NasikoError } from "../../../../platform/errors/define-error.ts";
import { loadSettings } from "../../../../platform/settings/load.ts";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "nasiko-env-"))));
afterEach(() => rmSync(root, { recursive: true }));

const load = (environment: Readonly<Record<string, string>> = {}): unknown =>
  loadSettings({ root, stack: "local", environment, stackConfig: {} });

/** Why the settings cannot be read. */
function refusal(environment?: Readonly<Record<string, string>>): unknown {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof NasikoError) return { code: error.code, detail: error.detail };
    throw error;
  }
  throw new Error("the settings were read");
}

test("an env file as people write it is read", () => {
  writeFileSync(join(root, ".env"), `# mine\n\n\nNASIKO_PORT_OFFSET=100\nTEXT="two\n\nlines"\n`);
  expect(load()).toMatchObject({ settings: { portOffset: 100 } });
});

test("a folder that somebody names as their env file is refused", () => {
  mkdirSync(join(root, "mine"));
  expect(refusal({ NASIKO_CONFIG_FILE: "mine" })).toEqual({
    code: "NSK-SETTINGS-FILE-UNREADABLE",
    detail: expect.stringMatching(/no file/) as string,
  });
});

test.each<[string, (file: string) => void, RegExp]>([
  ["a very large one", (file) => writeFileSync(file, "#".repeat(300_000)), /larger than 256 KiB/],
  ["one of empty lines", (file) => writeFileSync(file, "\n".repeat(200_000)), /1000 empty lines/],
  ["one of blank lines", (file) => writeFileSync(file, " \r\n".repeat(2000)), /1000 empty lines/],
  ["a named pipe, which nobody waits for", (file) => execFileSync("mkfifo", [file]), /no file/],
])("%s is refused with a reason", (_, make, reason) => {
  make(join(root, ".env"));
  expect(refusal()).toEqual({
    code: "NSK-SETTINGS-FILE-UNREADABLE",
    detail: expect.stringMatching(reason) as string,
  });
});
