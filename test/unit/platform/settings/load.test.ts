import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { loadSettings } from "../../../../platform/settings/load.ts";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "nasiko-env-"))));
afterEach(() => rmSync(root, { recursive: true }));

const load = (): unknown => loadSettings({ root, stack: "local", environment: {}, stackConfig: {} });

test("an env file as people write it is read", () => {
  writeFileSync(join(root, ".env"), `# mine\n\n\nNASIKO_PORT_OFFSET=100\nTEXT="two\n\nlines"\n`);
  expect(load()).toMatchObject({ settings: { portOffset: 100 } });
});

test("a folder that somebody names as their env file is refused", () => {
  mkdirSync(join(root, "mine"));
  const environment = { NASIKO_CONFIG_FILE: "mine" };
  expect(() => loadSettings({ root, stack: "local", environment, stackConfig: {} })).toThrow(
    expect.objectContaining({
      code: "NSK-SETTINGS-FILE-UNREADABLE",
      detail: expect.stringMatching(/no file/),
    }),
  );
});

test.each<[string, (file: string) => void, RegExp]>([
  ["a very large one", (file) => writeFileSync(file, "#".repeat(300_000)), /larger than 256 KiB/],
  ["one of empty lines", (file) => writeFileSync(file, "\n".repeat(200_000)), /1000 empty lines/],
  ["one of blank lines", (file) => writeFileSync(file, " \r\n".repeat(2000)), /1000 empty lines/],
  ["a named pipe, which nobody waits for", (file) => execFileSync("mkfifo", [file]), /no file/],
])("%s is refused with a reason", (_, make, reason) => {
  make(join(root, ".env"));
  expect(load).toThrow(
    expect.objectContaining({ code: "NSK-SETTINGS-FILE-UNREADABLE", detail: expect.stringMatching(reason) }),
  );
});
