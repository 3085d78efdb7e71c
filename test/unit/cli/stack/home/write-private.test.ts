import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { writePrivate } from "../../../../../cli/stack/home/write-private.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "nasiko-private-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test("a private file is its owner's alone, also in place of one that was not, and whatever the umask", () => {
  const path = join(folder(), "compose.yaml");
  writeFileSync(path, "old", { mode: 0o644 });
  const before = process.umask(0);
  try {
    writePrivate(path, "new");
  } finally {
    process.umask(before);
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, "utf8")).toBe("new");
});

test("it takes a link's place, and leaves alone what the link leads to", () => {
  const where = folder();
  writeFileSync(join(where, "other"), "untouched");
  symlinkSync("other", join(where, "compose.yaml"));
  writePrivate(join(where, "compose.yaml"), "new");
  expect(readFileSync(join(where, "other"), "utf8")).toBe("untouched");
  expect(readdirSync(where)).toEqual(["compose.yaml", "other"]);
});

test("where it cannot be written, the error says where and why", () => {
  expect(() => writePrivate("/nowhere/compose.yaml", "x")).toThrow(
    "/nowhere/compose.yaml cannot be written.",
  );
});
