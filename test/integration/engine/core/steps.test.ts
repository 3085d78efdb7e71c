import { describe, expect, test } from "vitest";
import { readFile } from "node:fs/promises";
import { existing } from "./support/fake-world.ts";
import { changes, createTestStack, errorsOf } from "./support/test-stack.ts";

describe("up", () => {
  test("creates everything in order of dependency", async () => {
    const { world, up } = await createTestStack();
    const result = await up();
    expect(errorsOf(result)).toEqual([]);
    expect(result.outcome).toBe("succeeded");
    expect(changes(result)).toEqual(["create database", "create network", "create password", "create web"]);
    expect(existing(world)).toEqual(["database", "network", "password", "web"]);
    expect(world.log.slice(0, 2).sort()).toEqual(["create network", "create password"]);
    expect(world.log.slice(2)).toEqual(["create database", "create web"]);
    expect(result.outputs["webName"]).toBe("web-a");
    expect(world.closed).toBe(2);
  });

  test("finds nothing to do the second time, and leaves the state file alone", async () => {
    const { world, up, checkpoint } = await createTestStack();
    await up();
    const [before, log] = [await readFile(checkpoint, "utf8"), [...world.log]];
    const second = await up();
    expect(second.outcome).toBe("succeeded");
    expect(changes(second)).toEqual([]);
    expect(second.steps.map(({ operation }) => operation)).toEqual(["same", "same", "same", "same"]);
    expect(await readFile(checkpoint, "utf8")).toBe(before);
    expect(world.log).toEqual(log);
  });

  test("updates in place what the provider can update, and keeps the time of creation", async () => {
    const { world, up, resources } = await createTestStack();
    await up();
    const before = (await resources()).find(({ urn }) => urn.endsWith("::database"));
    const result = await up({ config: { databaseMemory: 256 } });
    expect(changes(result)).toEqual(["update database"]);
    expect(result.steps.find(({ name }) => name === "database")?.changed).toEqual(["memory"]);
    const after = (await resources()).find(({ urn }) => urn.endsWith("::database"));
    expect(after?.outputs?.["memory"]).toBe(256);
    expect(after?.created).toBe(before?.created);
    expect(after?.modified).not.toBe(before?.modified);
    expect(world.objects.get(after?.id ?? "")?.inputs["memory"]).toBe(256);
  });

  test("ignores the changes that the program says to ignore", async () => {
    const { up } = await createTestStack();
    await up();
    const result = await up({ config: { databaseMemory: 256, databaseImage: "other", ignore: ["memory"] } });
    expect(changes(result)).toContain("replace database");
    expect(result.steps.find(({ name }) => name === "database")?.changed).toEqual(["image"]);
    expect(
      changes(await up({ config: { databaseImage: "other", databaseMemory: 1, ignore: ["memory"] } })),
    ).toEqual([]);
  });

  test("deletes what is no longer declared, and only that", async () => {
    const { world, up } = await createTestStack();
    await up();
    const result = await up({ config: { withWeb: false } });
    expect(changes(result)).toEqual(["delete web"]);
    expect(existing(world)).toEqual(["database", "network", "password"]);
    expect(changes(await up({ config: { withWeb: false } }))).toEqual([]);
  });

  test("refuses inputs that the provider calls invalid, naming the property", async () => {
    const { world, up } = await createTestStack();
    const result = await up({ config: { webImage: "" } });
    expect(result.outcome).toBe("failed");
    const problem = result.diagnostics.find((diagnostic) => diagnostic.problem !== undefined)?.problem;
    expect(problem).toMatchObject({ code: "NSK-INPUTS-INVALID", detail: "image: is empty" });
    expect(existing(world)).toEqual(["database", "network", "password"]);
  });

  test("gives default providers the same id in every run, and resources a reference to them", async () => {
    const { up, resources } = await createTestStack();
    await up();
    const provider = (stored: Awaited<ReturnType<typeof resources>>) =>
      stored.find(({ type }) => type === "pulumi:providers:docker");
    const first = await resources();
    await up({ config: { databaseMemory: 256 } });
    const second = await resources();
    expect(provider(second)).toEqual(provider(first));
    const { urn = "", id = "" } = provider(second) ?? {};
    expect(urn).toBe("urn:pulumi:local::test::pulumi:providers:docker::default_5_2_0");
    expect(second.find((resource) => resource.urn.endsWith("::web"))?.provider).toBe(`${urn}::${id}`);
  });

  test("records customTimeouts in seconds", async () => {
    const { up, resources } = await createTestStack();
    await up();
    const database = (await resources()).find(({ urn }) => urn.endsWith("::database"));
    expect(database?.customTimeouts).toEqual({ create: 120 });
  });
});

describe("what was found before the program runs", () => {
  test("a resource that is gone is created again, and nothing else is touched", async () => {
    const { world, up } = await createTestStack();
    await up();
    const web = [...world.objects.values()].find(({ resource }) => resource === "web");
    world.objects.delete(web?.id ?? "");
    const observed: string[] = [];
    const result = await up({
      onEvent: (event) => {
        if (event.kind === "observed") observed.push(event.reason);
      },
    });
    expect(changes(result)).toEqual(["create web"]);
    expect(result.steps.find(({ name }) => name === "web")?.reason).toBe("web is gone");
    expect(observed).toEqual(["web is gone"]);
    expect(changes(await up())).toEqual([]);
  });

  test("a resource that is gone and no longer declared just leaves the state", async () => {
    const { world, up, resources } = await createTestStack();
    await up();
    const web = [...world.objects.values()].find(({ resource }) => resource === "web");
    world.objects.delete(web?.id ?? "");
    world.log.length = 0;
    const result = await up({ config: { withWeb: false } });
    expect(result.outcome).toBe("succeeded");
    expect(changes(result)).toEqual([]);
    expect(world.log).toEqual([]);
    expect((await resources()).some(({ urn }) => urn.endsWith("::web"))).toBe(false);
  });

  test("a broken resource is deleted first and recreated", async () => {
    const { world, up } = await createTestStack();
    await up();
    world.log.length = 0;
    world.findings.set("web", { kind: "broken" });
    const result = await up();
    expect(changes(result)).toEqual(["replace web"]);
    expect(world.log).toEqual(["delete web", "create web"]);
  });

  test("changed outputs are compared with what the program wants", async () => {
    const { world, up } = await createTestStack();
    await up();
    world.findings.set("database", { kind: "changed", outputs: { memory: 64 } });
    const result = await up();
    expect(changes(result)).toEqual(["update database"]);
    expect(result.steps.find(({ name }) => name === "database")).toMatchObject({
      changed: ["memory"],
      reason: "database is changed",
    });
  });
});
