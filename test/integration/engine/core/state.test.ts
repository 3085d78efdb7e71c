import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StackSnapshot } from "../../../../engine/core/engine.ts";
import { readStack } from "../../../../engine/core/engine.ts";
import { isSecret, reveal } from "../../../../engine/core/values.ts";
import { createTestStack, PASSPHRASE } from "./support/test-stack.ts";

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("secrets", () => {
  test("stand in no file in the open, wherever they were passed to, and come back with the passphrase", async () => {
    const { up, home } = await createTestStack();
    const result = await up();
    const password = result.outputs["password"] ?? null;
    expect(isSecret(password)).toBe(true);
    expect(reveal(password)).toMatch(/^hunter2-password-/);
    const files = await filesUnder(home);
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect(await readFile(file, "utf8")).not.toContain("hunter2");

    const address = { home, project: "test", stack: "local" };
    const snapshot: StackSnapshot | undefined = await readStack({ ...address, passphrase: PASSPHRASE });
    const database = snapshot?.resources.find(({ name }) => name === "database");
    expect(JSON.stringify(database)).not.toContain("hunter2");
    const opened = database && (await snapshot?.open(database));
    expect(reveal(opened?.inputs["envs"] ?? null)).toEqual([`PASSWORD=${reveal(password) as string}`]);
  });

  test("keep their ciphertext while they do not change", async () => {
    const { up, resources } = await createTestStack();
    await up();
    const before = (await resources()).find(({ urn }) => urn.endsWith("::password"));
    await up({ config: { databaseMemory: 256 } });
    expect((await resources()).find(({ urn }) => urn.endsWith("::password"))).toEqual(before);
  });

  test("cannot be opened with another passphrase, and then the program does not run", async () => {
    const { up, world } = await createTestStack();
    await up();
    world.log.length = 0;
    world.seen.length = 0;
    await expect(up({ passphrase: "wrong" })).rejects.toMatchObject({
      code: "NSK-PASSPHRASE-WRONG",
      action: { id: "restore-passphrase" },
    });
    expect(world.seen).toEqual([]);
  });
});

describe("the backend folder", () => {
  test("is laid out as Pulumi's, and closed to others", async () => {
    const { up, home } = await createTestStack();
    await up();
    const names = (await filesUnder(home))
      .map((file) => file.slice(home.length + 1).replace(/\d{10,}/, "N"))
      .sort();
    expect(names).toEqual([
      ".pulumi/history/test/local/local-N.checkpoint.json",
      ".pulumi/history/test/local/local-N.history.json",
      ".pulumi/meta.yaml",
      ".pulumi/stacks/test/local.json",
      ".pulumi/stacks/test/local.json.bak",
    ]);
    for (const file of await filesUnder(home)) expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const folder of [".pulumi", ".pulumi/stacks/test", ".pulumi/locks/organization/test/local"])
      expect((await stat(join(home, folder))).mode & 0o777).toBe(0o700);
    expect(await readFile(join(home, ".pulumi/meta.yaml"), "utf8")).toBe("version: 1\n");
  });

  test("a truncated state is refused, and left as it is", async () => {
    const { up, checkpoint } = await createTestStack();
    await up();
    const whole = await readFile(checkpoint, "utf8");
    await writeFile(checkpoint, whole.slice(0, 500));
    await expect(up()).rejects.toMatchObject({ code: "NSK-STATE-UNREADABLE" });
    expect(await readFile(checkpoint, "utf8")).toBe(whole.slice(0, 500));
  });

  test("a state of a newer version is refused", async () => {
    const { up, checkpoint } = await createTestStack();
    await up();
    await writeFile(checkpoint, (await readFile(checkpoint, "utf8")).replace('"version":3', '"version":4'));
    await expect(up()).rejects.toMatchObject({
      code: "NSK-STATE-UNREADABLE",
      detail: "its version is 4, this engine knows 3",
    });
  });

  test("a resource that is retained on delete by the Pulumi CLI is refused by name", async () => {
    const { up, destroy, checkpoint } = await createTestStack();
    await up();
    const text = await readFile(checkpoint, "utf8");
    await writeFile(checkpoint, text.replace('"type":"docker:index/network', '"retainOnDelete":true,$&'));
    await expect(destroy()).rejects.toMatchObject({ code: "NSK-ENGINE-UNSUPPORTED" });
  });
});

describe("the lock", () => {
  const lockFolder = (home: string): string => join(home, ".pulumi/locks/organization/test/local");

  test("keeps a second run out while the first works, and is gone afterwards", async () => {
    const { up, home, world } = await createTestStack();
    let second: Promise<unknown> | undefined;
    world.behaviours.set("network create", async () => {
      second = up().catch((error: unknown) => error);
      await second;
      return undefined;
    });
    expect((await up()).outcome).toBe("succeeded");
    expect(await second).toMatchObject({
      code: "NSK-STATE-LOCKED",
      action: { id: "wait-for-run", pid: process.pid },
    });
    expect(String(await second)).toContain(`process ${process.pid}`);
    expect(await readdir(lockFolder(home))).toEqual([]);
  });

  test("of a dead process is removed, and that is said", async () => {
    const { up, home } = await createTestStack();
    await up();
    // No process can have a pid beyond the kernel's limit.
    const dead = {
      pid: 2 ** 22 + 1,
      username: "someone",
      hostname: hostname(),
      timestamp: "2026-01-01T00:00:00Z",
    };
    await writeFile(join(lockFolder(home), "stale.json"), JSON.stringify(dead));
    const result = await up();
    expect(result.outcome).toBe("succeeded");
    expect(result.diagnostics).toEqual([
      { severity: "warning", message: `Removed a lock that process ${dead.pid} left when it ended.` },
    ]);
    expect(await readdir(lockFolder(home))).toEqual([]);
  });

  test("of another host holds, whatever the pid", async () => {
    const { up, home } = await createTestStack();
    await up();
    const foreign = {
      pid: 2 ** 22 + 1,
      username: "someone",
      hostname: "elsewhere",
      timestamp: "2026-01-01T00:00:00Z",
    };
    await writeFile(join(lockFolder(home), "foreign.json"), JSON.stringify(foreign));
    await expect(up()).rejects.toMatchObject({ code: "NSK-STATE-LOCKED" });
    expect(await readdir(lockFolder(home))).toEqual(["foreign.json"]);
  });
});
