import { describe, expect, test } from "vitest";
import { changes, createTestStack, errorsOf, type TestStack } from "./support/test-stack.ts";

const WEB = "urn:pulumi:local::test::test:index:Layer$docker:index/container:Container::web";
const LAYER = "urn:pulumi:local::test::test:index:Layer::data";

/** Records other than the web container, as they are on disk. */
async function othersOf(stack: TestStack): Promise<readonly unknown[]> {
  return (await stack.resources()).filter(({ urn }) => urn !== WEB);
}

describe("a run with targets", () => {
  test("changes what it is about and leaves other changes for later, in the world and on record", async () => {
    const stack = await createTestStack();
    await stack.up();
    const others = await othersOf(stack);
    const config = { webImage: "other", databaseMemory: 256, network: "renamed" };

    const result = await stack.up({ config, targets: [WEB] });
    expect(errorsOf(result)).toEqual([]);
    expect(changes(result)).toEqual(["replace web"]);
    expect(await othersOf(stack)).toEqual(others);

    expect(changes(await stack.up({ config }))).toEqual([
      "delete network",
      "replace database",
      "replace network",
      "replace web",
    ]);
  });

  test("leaves a state that the next run can read, also when others stand on what it is about", async () => {
    const stack = await createTestStack();
    await stack.up();
    const network = "urn:pulumi:local::test::test:index:Layer$docker:index/network:Network::network";
    expect((await stack.resources()).map(({ urn }) => urn)).toContain(network);
    const targets = [network, WEB];
    expect(changes(await stack.up({ config: { webImage: "other" }, targets }))).toEqual(["replace web"]);
    expect(changes(await stack.up({ config: { webImage: "other" } }))).toEqual([]);
  });

  test("deletes what is no longer declared only when it is about it", async () => {
    const stack = await createTestStack();
    await stack.up();
    const config = { withWeb: false };
    const other =
      "urn:pulumi:local::test::test:index:Layer$random:index/randomPassword:RandomPassword::password";
    expect(changes(await stack.up({ config, targets: [other] }))).toEqual([]);
    expect(changes(await stack.up({ config, targets: [WEB] }))).toEqual(["delete web"]);
  });

  test("does not look at the rest: what went missing there is no concern of this run", async () => {
    const stack = await createTestStack();
    await stack.up();
    for (const { id, resource } of stack.world.objects.values())
      if (resource === "database") stack.world.objects.delete(id);
    const result = await stack.up({ config: { webSuffix: "b" }, targets: [WEB] });
    expect(changes(result)).toEqual(["delete web", "replace web"]);
    expect(changes(await stack.up({ config: { webSuffix: "b" } }))).toContain("create database");
  });

  test("means all that is below a component", async () => {
    const stack = await createTestStack();
    await stack.up();
    const result = await stack.up({ config: { databaseMemory: 256 }, targets: [LAYER] });
    expect(changes(result)).toEqual(["update database"]);
  });

  test("does not make what is not there, and skips what the program does with it", async () => {
    const stack = await createTestStack();
    await stack.up({ config: { withWeb: false } });
    const database = WEB.replace(/web$/, "database");
    const result = await stack.up({ config: { databaseMemory: 256 }, targets: [database] });
    expect(errorsOf(result)).toEqual([]);
    expect(changes(result)).toEqual(["update database"]);
    expect(await stack.resources()).not.toContainEqual(expect.objectContaining({ urn: WEB }));
  });

  test("is refused when a target stands on what is not there, naming it", async () => {
    const stack = await createTestStack();
    const result = await stack.up({ targets: [WEB] });
    expect(result.outcome).toBe("failed");
    expect(result.diagnostics.find(({ problem }) => problem !== undefined)?.problem).toMatchObject({
      code: "NSK-TARGET-NEEDS-MORE",
      message: expect.stringContaining("database") as string,
    });
    expect(stack.world.log).toEqual([]);
  });
});
