import { access, readdir, stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { changes, createTestStack, errorsOf } from "./support/test-stack.ts";

describe("preview", () => {
  test("of a new stack plans with unknowns and writes nothing", async () => {
    const { world, preview, home } = await createTestStack();
    const result = await preview();
    expect(errorsOf(result)).toEqual([]);
    expect(result.outcome).toBe("succeeded");
    expect(changes(result)).toEqual(["create database", "create network", "create password", "create web"]);
    expect(world.log).toEqual([]);
    expect(await readdir(home)).toEqual([]);
    // What only a real run can know was shown to the provider as unknown, within the text that holds it too.
    const envs = world.seen.flatMap((inputs) => inputs["envs"] ?? []);
    expect(envs.length).toBeGreaterThan(0);
    expect(JSON.stringify(envs)).toContain("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
  });

  test("says what up would do, with cascades and deletions, and does not do it", async () => {
    const { world, up, preview, checkpoint } = await createTestStack();
    await up();
    const { mtimeMs } = await stat(checkpoint);
    world.log.length = 0;
    const replaced = { config: { databaseImage: "postgres:18" } };
    expect(changes(await preview(replaced))).toEqual(["replace database", "replace web"]);
    expect(changes(await preview({ config: { withWeb: false } }))).toEqual(["delete web"]);
    expect(changes(await preview({ config: { databaseMemory: 256 } }))).toEqual(["update database"]);
    expect(changes(await preview())).toEqual([]);
    expect(world.log).toEqual([]);
    expect((await stat(checkpoint)).mtimeMs).toBe(mtimeMs);
    expect(changes(await up(replaced))).toEqual(["replace database", "replace web"]);
  });

  test("takes no lock and waits for none", async () => {
    const { up, preview, home, world } = await createTestStack();
    let previewed: Promise<unknown> | undefined;
    world.behaviours.set("database create", async () => {
      previewed ??= preview();
      await previewed;
      return undefined;
    });
    expect((await up()).outcome).toBe("succeeded");
    expect(await previewed).toMatchObject({ outcome: "succeeded" });
    await expect(access(`${home}/.pulumi/locks/organization/test/local`)).resolves.toBeUndefined();
  });
});
