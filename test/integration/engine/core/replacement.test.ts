import { describe, expect, test } from "vitest";
import { existing, fakeProviders } from "./support/fake-world.ts";
import { changes, createTestStack, errorsOf } from "./support/test-stack.ts";

const fails = (message: string) => () => Promise.reject(new Error(message));

describe("deleteBeforeReplace", () => {
  test("deletes what cannot follow first, and brings it back", async () => {
    const { world, up } = await createTestStack();
    await up();
    world.log.length = 0;
    const result = await up({ config: { databaseImage: "postgres:18" } });
    expect(result.outcome).toBe("succeeded");
    expect(changes(result)).toEqual(["replace database", "replace web"]);
    const web = result.steps.find(({ name }) => name === "web");
    expect(web?.reason).toBe("depends on database, which is replaced");
    expect(world.log).toEqual(["delete web", "delete database", "create database", "create web"]);
    expect(changes(await up({ config: { databaseImage: "postgres:18" } }))).toEqual([]);
  });

  test("of a network takes along all that is on it, dependents first", async () => {
    const { world, up } = await createTestStack();
    await up({ config: { network: "net" } });
    world.log.length = 0;
    world.findings.set("network", { kind: "broken" });
    const result = await up();
    expect(changes(result)).toEqual(["replace database", "replace network", "replace web"]);
    expect(world.log).toEqual([
      "delete web",
      "delete database",
      "delete network",
      "create network",
      "create database",
      "create web",
    ]);
  });

  test("begins nothing when somebody else holds what would be replaced, in a preview too", async () => {
    const { world, up, preview } = await createTestStack();
    await up();
    world.log.length = 0;
    const held = fakeProviders(world).map((provider) => ({
      ...provider,
      assertRemovable: fails("a stranger uses it"),
    }));
    for (const run of [preview, up]) {
      const result = await run({ config: { databaseImage: "postgres:18" }, providers: held });
      expect(result.outcome).toBe("failed");
      expect(errorsOf(result)).toEqual(["a stranger uses it"]);
      expect(world.log).toEqual([]);
    }
    expect(changes(await up())).toEqual([]);
  });

  test("leaves alone what does not take an input from it", async () => {
    const { world, up } = await createTestStack();
    await up();
    world.log.length = 0;
    const result = await up({ config: { webImage: "nginx:2" } });
    expect(changes(result)).toEqual(["replace web"]);
    expect(world.log).toEqual(["delete web", "create web"]);
  });

  test("deletes nothing when a dependent cannot be deleted, and converges later", async () => {
    const { world, up } = await createTestStack();
    await up();
    world.behaviours.set("web delete", fails("web clings to life"));
    const result = await up({ config: { databaseImage: "postgres:18" } });
    expect(result.outcome).toBe("failed");
    expect(errorsOf(result).join("\n")).toContain("web clings to life");
    expect(existing(world)).toEqual(["database", "network", "password", "web"]);
    world.behaviours.clear();
    const next = await up({ config: { databaseImage: "postgres:18" } });
    expect(changes(next)).toEqual(["replace database", "replace web"]);
  });

  test("remembers what was deleted when the new one could not be created", async () => {
    const { world, up, resources } = await createTestStack();
    await up();
    world.behaviours.set("database before", fails("no space left"));
    const result = await up({ config: { databaseImage: "postgres:18" } });
    expect(result.outcome).toBe("failed");
    // The web container went first and was not declared again: that is said, too.
    expect(changes(result)).toEqual(["delete web", "replace database failed"]);
    expect(existing(world)).toEqual(["network", "password"]);
    const pending = (await resources()).filter(({ pendingReplacement }) => pendingReplacement === true);
    expect(pending.map(({ urn }) => urn.split("::").at(-1))).toEqual(["database", "web"]);
    world.behaviours.clear();
    const next = await up({ config: { databaseImage: "postgres:18" } });
    expect(changes(next)).toEqual(["replace database", "replace web"]);
    expect((await resources()).some(({ pendingReplacement }) => pendingReplacement)).toBe(false);
  });
});

describe("replacement with a new name", () => {
  test("creates first and deletes last", async () => {
    const { world, up, resources } = await createTestStack();
    await up();
    world.log.length = 0;
    const result = await up({ config: { webSuffix: "b" } });
    expect(result.outcome).toBe("succeeded");
    expect(world.log).toEqual(["create web", "delete web"]);
    expect(changes(result)).toEqual(["delete web", "replace web"]);
    expect((await resources()).filter(({ urn }) => urn.endsWith("::web"))).toHaveLength(1);
  });

  test("keeps the old one when the new one does not become ready, and deletes it once it does", async () => {
    const { world, up, resources } = await createTestStack();
    await up();
    world.behaviours.set("web create", () => Promise.resolve(["it is unhealthy"]));
    const result = await up({ config: { webSuffix: "b" } });
    expect(result.outcome).toBe("failed");
    expect(existing(world)).toEqual(["database", "network", "password", "web", "web"]);
    const stored = (await resources()).filter(({ urn }) => urn.endsWith("::web"));
    expect(stored.map((resource) => [resource.delete, resource.initErrors])).toEqual([
      [undefined, ["it is unhealthy"]],
      [true, undefined],
    ]);
    world.behaviours.clear();
    const next = await up({ config: { webSuffix: "b" } });
    expect(changes(next)).toEqual(["delete web", "update web"]);
    expect(existing(world)).toEqual(["database", "network", "password", "web"]);
  });
});

describe("protect", () => {
  test("refuses a replacement before anything is deleted", async () => {
    const { world, up } = await createTestStack();
    await up({ config: { protect: true } });
    world.log.length = 0;
    const result = await up({ config: { protect: true, network: "other" } });
    expect(result.outcome).toBe("failed");
    expect(result.diagnostics.find(({ problem }) => problem)?.problem?.code).toBe("NSK-PROTECTED");
    expect(world.log).toEqual([]);
  });

  test("refuses destroy as a whole", async () => {
    const { world, up, destroy } = await createTestStack();
    await up({ config: { protect: true } });
    world.log.length = 0;
    const result = await destroy();
    expect(result.outcome).toBe("failed");
    expect(errorsOf(result)).toEqual(["network would be deleted, but is protected."]);
    expect(world.log).toEqual([]);
    await up();
    expect((await destroy()).outcome).toBe("succeeded");
    expect(existing(world)).toEqual([]);
  });
});

describe("destroy", () => {
  test("deletes everything, dependents first, and leaves an empty state", async () => {
    const { world, up, destroy, resources } = await createTestStack();
    await up();
    world.log.length = 0;
    const result = await destroy();
    expect(result.outcome).toBe("succeeded");
    expect(changes(result)).toEqual(["delete database", "delete network", "delete password", "delete web"]);
    expect(world.log.slice(0, 2)).toEqual(["delete web", "delete database"]);
    expect(await resources()).toEqual([]);
    expect((await up()).outcome).toBe("succeeded");
    expect(existing(world)).toEqual(["database", "network", "password", "web"]);
  });

  test("of a stack that was never made succeeds with nothing to do", async () => {
    const { destroy } = await createTestStack();
    const result = await destroy();
    expect(result).toMatchObject({ outcome: "succeeded", steps: [] });
  });

  test("keeps what a resource needs that cannot be deleted", async () => {
    const { world, up, destroy } = await createTestStack();
    await up();
    world.behaviours.set("database delete", fails("device busy"));
    const result = await destroy();
    expect(result.outcome).toBe("failed");
    expect(existing(world)).toEqual(["database", "network", "password"]);
    world.behaviours.clear();
    expect(changes(await destroy())).toEqual(["delete database", "delete network", "delete password"]);
  });
});
