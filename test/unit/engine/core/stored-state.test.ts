import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { backendPaths, type StackAddress } from "../../../../engine/core/backend.ts";
import { readSealed } from "../../../../engine/core/stored-state.ts";

let home: string;
let address: StackAddress;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "nasiko-state-"));
  address = { home, project: "test", stack: "local" };
});
afterEach(() => rmSync(home, { recursive: true }));

function write(file: object): void {
  const { checkpoint } = backendPaths(address);
  mkdirSync(dirname(checkpoint), { recursive: true });
  writeFileSync(checkpoint, JSON.stringify(file));
}

test("a state that is nested without end is refused before anything is made of it", async () => {
  const { checkpoint } = backendPaths(address);
  mkdirSync(dirname(checkpoint), { recursive: true });
  writeFileSync(checkpoint, `{"version":3,"checkpoint":${"[".repeat(100_000)}`);
  await expect(readSealed(address)).rejects.toMatchObject({
    code: "NSK-STATE-UNREADABLE",
    detail: "it is more than 200 levels deep",
  });
});

test("a state larger than any is refused unread", async () => {
  const { checkpoint } = backendPaths(address);
  mkdirSync(dirname(checkpoint), { recursive: true });
  writeFileSync(checkpoint, "");
  truncateSync(checkpoint, 300 * 1024 * 1024);
  await expect(readSealed(address)).rejects.toMatchObject({
    code: "NSK-STATE-UNREADABLE",
    detail: "It is larger than 256 MiB.",
  });
});

test.each([
  [
    "features that only the Pulumi CLI knows",
    { version: 4, features: ["hooks"], checkpoint: {} },
    { code: "NSK-ENGINE-UNSUPPORTED", action: { id: "use-pulumi-cli" } },
  ],
  [
    "a version that nobody knows here",
    { version: 9, checkpoint: {} },
    { code: "NSK-STATE-UNREADABLE", action: { id: "use-newer-version" } },
  ],
  [
    "another name of the stack",
    { version: 3, checkpoint: { stack: "organization/test/before" } },
    {
      code: "NSK-STATE-UNREADABLE",
      action: { id: "rename-stack-back", stack: "local", before: "before" },
    },
  ],
])("a state with %s is refused, and nobody is sent to an older copy", async (_, file, expected) => {
  write(file);
  await expect(readSealed(address)).rejects.toMatchObject(expected);
});
