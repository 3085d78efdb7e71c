import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../../engine/core/values.ts";
import { existing } from "./support/fake-world.ts";
import type { World } from "./support/fake-world.ts";
import type { StoredResource } from "./support/test-stack.ts";
import { changes, createTestStack } from "./support/test-stack.ts";

describe("cancel", () => {
  test("lets running steps finish and saves them, starts no new one, deletes nothing", async () => {
    const { world, up, resources } = await createTestStack();
    const cancel = new AbortController();
    world.behaviours.set("database create", () => {
      cancel.abort();
      return Promise.resolve(undefined);
    });
    const result = await up({ cancel: cancel.signal });
    expect(result.outcome).toBe("canceled");
    expect(changes(result)).toEqual(["create database", "create network", "create password"]);
    expect(existing(world)).toEqual(["database", "network", "password"]);
    expect((await resources()).some(({ urn }) => urn.endsWith("::database"))).toBe(true);
    world.behaviours.clear();
    expect(changes(await up())).toEqual(["create web"]);
  });

  test("ends a program that waits for something of its own", async () => {
    const { up } = await createTestStack("endings");
    const cancel = new AbortController();
    const result = await up({
      config: { ending: "never ends" },
      cancel: cancel.signal,
      onEvent: (event) => {
        if (event.kind === "step-finished") cancel.abort();
      },
    });
    expect(result.outcome).toBe("canceled");
    expect(changes(result)).toEqual(["create first"]);
  });

  test("a second time tells running steps to stop", async () => {
    const { world, up, resources } = await createTestStack();
    const [cancel, terminate] = [new AbortController(), new AbortController()];
    world.behaviours.set("database create", (step) => {
      const stopped = new Promise<undefined>((_resolve, reject) => {
        step.signal.addEventListener("abort", () => reject(new Error("stopped on the way")));
      });
      cancel.abort();
      terminate.abort();
      return stopped;
    });
    const result = await up({ cancel: cancel.signal, terminate: terminate.signal });
    expect(result.outcome).toBe("canceled");
    const stored = (await resources()).find(({ urn }) => urn.endsWith("::database"));
    expect(stored).toMatchObject({ taint: true, initErrors: ["stopped on the way"] });
  });

  test("a second time ends the run even when a step does not listen; the next run takes up what it left", async () => {
    const { world, up, checkpoint } = await createTestStack();
    const [cancel, terminate] = [new AbortController(), new AbortController()];
    world.behaviours.set("database before", () => {
      cancel.abort();
      terminate.abort();
      return new Promise(() => undefined);
    });
    const result = await up({ cancel: cancel.signal, terminate: terminate.signal });
    expect(result.outcome).toBe("canceled");
    expect(await readFile(checkpoint, "utf8")).toContain('"type":"creating"');
    world.behaviours.clear();
    expect(changes(await up())).toEqual(["create database", "create web"]);
    expect(await readFile(checkpoint, "utf8")).not.toContain("pending_operations");
  });

  test("ends a run whose look at the outside world never ends, and touches nothing", async () => {
    const { world, up, destroy, options } = await createTestStack();
    await up();
    world.log.length = 0;
    const stuck = options().providers.map((provider) => ({
      ...provider,
      observe: () => new Promise<never>(() => undefined),
    }));
    for (const run of [up, destroy]) {
      const cancel = new AbortController();
      const running = run({ providers: stuck, cancel: cancel.signal });
      setTimeout(() => cancel.abort(), 500);
      expect(await running).toMatchObject({ outcome: "canceled", steps: [] });
    }
    expect(world.log).toEqual([]);
    expect(changes(await up())).toEqual([]);
  });

  test("before the start does nothing at all", async () => {
    const { world, up } = await createTestStack();
    const result = await up({ cancel: AbortSignal.abort() });
    expect(result).toMatchObject({ outcome: "canceled", steps: [] });
    expect(world.log).toEqual([]);
  });
});

/** What a killed process had made and recorded is still out there. */
function outlive(world: World, stored: readonly StoredResource[]): void {
  for (const { id, type, urn, inputs } of stored)
    if (id !== undefined && type.startsWith("docker:"))
      // Inputs on disk are JSON; those of these resources hold no secret that the tests look at.
      world.objects.set(id, {
        id,
        type,
        resource: urn.split("::").at(-1) ?? "",
        inputs: inputs as PropertyMap,
      });
  world.made = 10;
}

describe("kill -9", () => {
  /** Runs the platform in a process of its own, which kills itself at the given point. */
  async function crash(home: string, point: string): Promise<void> {
    const script = join(import.meta.dirname, "support", "crash.ts");
    const child = spawn(process.execPath, [script, home, point], { stdio: "inherit" });
    const signal = await new Promise((resolve) => child.on("close", (_code, name) => resolve(name)));
    expect(signal).toBe("SIGKILL");
  }

  test("after an object was made, before it was reported ready: the next run replaces it", async () => {
    const { world, home, up, resources } = await createTestStack();
    await crash(home, "database create");
    outlive(world, await resources());
    const result = await up();
    expect(result.outcome).toBe("succeeded");
    expect(world.log).toEqual(["delete database", "create database", "create web"]);
    expect(result.diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Removed a lock that process \d+ left/),
    ]);
    expect(changes(await up())).toEqual([]);
  });

  test("before an object was reported at all: its name in the state lets the next run take it over", async () => {
    const { world, home, up, checkpoint, resources } = await createTestStack();
    await crash(home, "database before");
    const file = await readFile(checkpoint, "utf8");
    expect(file).toContain('"type":"creating"');
    outlive(world, await resources());
    const [id, type] = ["unreported", "docker:index/container:Container"];
    world.objects.set(id, { id, type, resource: "database", inputs: { name: "database" } });
    const result = await up();
    expect(result.outcome).toBe("succeeded");
    expect(existing(world)).toEqual(["database", "network", "web"]);
    expect(await readFile(checkpoint, "utf8")).not.toContain("pending_operations");
  });
});
