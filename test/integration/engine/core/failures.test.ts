import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { existing } from "./support/fake-world.ts";
import { changes, createTestStack, errorsOf } from "./support/test-stack.ts";

describe("a resource that does not become ready", () => {
  const unready = () => Promise.resolve(["exit code 1"]);

  test("is recorded, fails the run, and is tried again until it does", async () => {
    const { world, up, resources } = await createTestStack();
    world.behaviours.set("database create", unready);
    world.behaviours.set("database update", unready);
    const first = await up();
    expect(first.outcome).toBe("failed");
    expect(changes(first)).toEqual(["create database failed", "create network", "create password"]);
    expect(errorsOf(first)).toEqual(["exit code 1"]);
    const stored = (await resources()).find(({ urn }) => urn.endsWith("::database"));
    expect(stored?.initErrors).toEqual(["exit code 1"]);

    const second = await up();
    expect(second.outcome).toBe("failed");
    expect(changes(second)).toEqual(["update database failed"]);
    world.behaviours.clear();
    const third = await up();
    expect(third.outcome).toBe("succeeded");
    expect(changes(third)).toEqual(["create web", "update database"]);
    expect(changes(await up())).toEqual([]);
  });

  test("is replaced when the program says so with #initerror", async () => {
    const { world, up } = await createTestStack();
    world.behaviours.set("database create", unready);
    await up({ config: { replaceUnready: true } });
    world.behaviours.clear();
    world.log.length = 0;
    const result = await up({ config: { replaceUnready: true } });
    expect(changes(result)).toEqual(["create web", "replace database"]);
    expect(result.steps.find(({ name }) => name === "database")?.reason).toBe("not ready: exit code 1");
    expect(world.log).toEqual(["delete database", "create database", "create web"]);
  });
});

describe("a failed step", () => {
  test("keeps everything: what it blocks is not visited, and nothing is deleted", async () => {
    const { world, up, resources } = await createTestStack();
    await up();
    const before = (await resources()).find(({ urn }) => urn.endsWith("::web"));
    world.behaviours.set("database update", () => Promise.reject(new Error("engine says no")));
    // The web container would be deleted if this run succeeded.
    const result = await up({ config: { databaseMemory: 256, withWeb: false } });
    expect(result.outcome).toBe("failed");
    expect(changes(result)).toEqual(["update database failed"]);
    expect(errorsOf(result)).toEqual(["engine says no"]);
    expect(existing(world)).toEqual(["database", "network", "password", "web"]);
    expect((await resources()).find(({ urn }) => urn.endsWith("::web"))).toEqual(before);
  });

  test("that had already made its object records it, so that the next run replaces it", async () => {
    const { world, up, resources } = await createTestStack();
    world.behaviours.set("database create", () => Promise.reject(new Error("cannot start")));
    const result = await up();
    expect(result.outcome).toBe("failed");
    const stored = (await resources()).find(({ urn }) => urn.endsWith("::database"));
    expect(stored).toMatchObject({ taint: true, initErrors: ["cannot start"] });
    world.behaviours.clear();
    world.log.length = 0;
    const next = await up();
    expect(next.outcome).toBe("succeeded");
    expect(world.log).toEqual(["delete database", "create database", "create web"]);
  });

  test("stops when its customTimeouts are over", async () => {
    const { world, up } = await createTestStack();
    world.behaviours.set("database create", (step) => {
      expect(step.timeoutSeconds).toBe(0.05);
      return new Promise((_resolve, reject) => {
        const stop = (): void => reject(new Error("aborted"));
        if (step.signal.aborted) stop();
        else step.signal.addEventListener("abort", stop);
      });
    });
    const result = await up({ config: { createTimeout: "50ms" } });
    expect(errorsOf(result)).toEqual(["it took longer than its limit of 0.05 s"]);
  });
});

describe("a program that does not end well", () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ["throws", "Error: the program broke", "NSK-PROGRAM-FAILED"],
    ["user error", "the setting is wrong", "NSK-TEST"],
    ["run error", "said plainly", "NSK-PROGRAM-FAILED"],
    ["gate fails", "the job failed", "NSK-TEST"],
    ["is killed", "The program was ended by SIGKILL.", "NSK-PROGRAM-FAILED"],
    ["exits early", "The program ended before it had declared everything.", "NSK-PROGRAM-FAILED"],
    ["logs an error", "said through the log", undefined],
  ];
  test.each(cases)("%s: fails the run, says so once, and deletes nothing", async (ending, message, code) => {
    const { world, up } = await createTestStack("endings");
    await up({ config: { ending: "well" } });
    world.log.length = 0;
    const result = await up({ config: { ending } });
    expect(result.outcome).toBe("failed");
    const errors = result.diagnostics.filter(({ severity }) => severity === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message.startsWith(message)).toBe(true);
    expect(errors[0]?.problem?.code).toBe(code);
    // A user's mistake is told without a stack trace.
    expect(errors[0]?.message.includes("    at ")).toBe(ending === "throws");
    expect(world.log).toEqual([]);
    expect(existing(world)).toEqual(["first"]);
  });

  test("loses its connection for a moment: fails the run and deletes nothing", async () => {
    const { world, up } = await createTestStack("endings");
    await up({ config: { ending: "well" } });
    world.findings.set("first", { kind: "changed", outputs: {} });
    world.log.length = 0;
    world.behaviours.set("second create", () => delay(2000, undefined));
    const result = await up({ config: { ending: "loses its connection" } });
    expect(result.outcome).toBe("failed");
    // It depends on the SDK whether the program notices.
    expect(errorsOf(result)).toEqual([
      expect.stringMatching(/^The program (lost its connection to the engine|ended with exit code 1)\.$/),
    ]);
    // What was under way is finished and recorded.
    expect(world.log).toEqual(["create second"]);
    expect(existing(world)).toEqual(["first", "second"]);
  });

  test("and then lives on: is ended, and the run succeeds", async () => {
    const { up } = await createTestStack("endings");
    const result = await up({ config: { ending: "lingers" } });
    expect(errorsOf(result)).toEqual([]);
    expect(result.outcome).toBe("succeeded");
  });

  test("lines of stdout and stderr become diagnostics, and are no failure", async () => {
    const { up } = await createTestStack("endings");
    const result = await up({ config: { ending: "prints" } });
    expect(result.outcome).toBe("succeeded");
    expect(result.diagnostics).toEqual([
      { severity: "info", message: "a line on stdout" },
      { severity: "error", message: "a line on stderr" },
    ]);
  });
});

describe("what the engine does not support is refused by name:", () => {
  const refused = {
    deletedWith: "the resource option deletedWith (it, random:index/randomId:RandomId)",
    replaceWith: "the ReplaceWith option",
    transforms: "transforms",
    hooks: "resource hooks",
    get: "reading existing resources (.get) (it)",
    invoke: "the function docker:index/getNetwork:getNetwork",
    type: "resources of type random:index/randomPet:RandomPet (it)",
    package: "resources of the package other (it)",
  };
  test.each(Object.entries(refused))("%s", async (use, what) => {
    const { up } = await createTestStack("refusals");
    const result = await up({ config: { use } });
    expect(result.outcome).toBe("failed");
    expect(errorsOf(result)).toEqual([`The embedded engine does not support ${what}.`]);
    expect(result.diagnostics[0]?.problem).toMatchObject({ code: "NSK-ENGINE-UNSUPPORTED" });
  });

  test("two resources of one type and name", async () => {
    const { up } = await createTestStack("refusals");
    const result = await up({ config: { use: "duplicate" } });
    expect(errorsOf(result)).toEqual([
      "two resources of type random:index/randomId:RandomId are named it; give one another name",
    ]);
  });
});
