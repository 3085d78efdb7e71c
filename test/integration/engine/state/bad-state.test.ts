import { chmod, chown, copyFile, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { checkpointProblems } from "../../../support/deployment-schema.ts";
import { changes, createTestStack, type TestStack } from "../core/support/test-stack.ts";
import { suggestionFor } from "../../../../cli/lib/engine-errors.ts";
import { EngineError } from "../../../../engine/errors/define-error.ts";

const NOBODY = 65534;
/** Root may do anything: what is forbidden is tried as somebody else. */
const isRoot = process.getuid?.() === 0;
afterEach(() => {
  if (isRoot) process.seteuid?.(0);
});

/** What helps where no older copy of the file does. */
const OTHER_WAYS_ON: Readonly<Record<string, RegExp>> = {
  "is of a newer version": /version of nasiko, or of the Pulumi CLI, that wrote it/,
  "is another stack's": /^pulumi stack rename other --stack local/,
};

/** Runs `up` on a damaged state: it is refused with one clear error, and neither state nor world is touched. */
async function expectRefusal(stack: TestStack, why: RegExp, suggestion: RegExp): Promise<void> {
  const before = await readFile(stack.checkpoint, "utf8").catch(() => undefined);
  stack.world.log.length = 0;
  for (const run of [stack.up, stack.preview, stack.destroy]) {
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "NSK-STATE-UNREADABLE",
      detail: expect.stringMatching(why) as string,
    });
    expect(error instanceof EngineError && suggestionFor(error.action)).toMatch(suggestion);
  }
  expect(stack.world.log).toEqual([]);
  expect(await readFile(stack.checkpoint, "utf8").catch(() => undefined)).toBe(before);
}

/** Edits the parsed state file as somebody with an editor would. */
async function edit(stack: TestStack, change: (text: string) => string): Promise<void> {
  await writeFile(stack.checkpoint, change(await readFile(stack.checkpoint, "utf8")));
}

describe("a state file that", () => {
  test("was cut off is refused, and the copy beside it is one that the next run goes on from", async () => {
    const stack = await createTestStack();
    await stack.up();
    await edit(stack, (text) => text.slice(0, text.length / 2));
    await expectRefusal(stack, /JSON/, /^cp .*local\.json\.bak .*local\.json /);
    await copyFile(`${stack.checkpoint}.bak`, stack.checkpoint);
    expect(await stack.up()).toMatchObject({ outcome: "succeeded" });
    expect(changes(await stack.up())).toEqual([]);
  });

  test.each<readonly [string, (text: string) => string, RegExp]>([
    ["is empty", () => "", /JSON/],
    ["holds something else", () => "[]", /is not an object/],
    ["is of a newer version", (text) => text.replace('"version":3', '"version":4'), /its version is 4/],
    [
      "lost a field",
      (text) => text.replace('"type":"docker:index/network:Network"', '"a":1'),
      /type is not a text/,
    ],
    [
      "is another stack's",
      (text) => text.replaceAll("organization/test/local", "organization/test/other"),
      /state of organization\/test\/other, not of organization\/test\/local/,
    ],
    [
      "holds another stack's resources",
      (text) => text.replaceAll("urn:pulumi:local::", "urn:pulumi:other::"),
      /resource of another stack/,
    ],
    [
      "lost a resource that others need",
      (text) => {
        const file = JSON.parse(text) as {
          checkpoint: { latest: { resources: readonly { readonly type: string }[] } };
        };
        const { latest } = file.checkpoint;
        latest.resources = latest.resources.filter(({ type }) => !type.includes("Network"));
        return JSON.stringify(file);
      },
      /which does not stand before it/,
    ],
  ])("%s is refused", async (what, change, why) => {
    const stack = await createTestStack();
    await stack.up();
    await edit(stack, change);
    await expectRefusal(stack, why, OTHER_WAYS_ON[what] ?? /local\.json/);
  });

  test("may not be read is refused, saying whose it is", async () => {
    const stack = await createTestStack();
    await stack.up();
    await rm(stack.checkpoint);
    // A folder cannot be read as a file by anybody, root included.
    await mkdir(stack.checkpoint);
    await expectRefusal(stack, /EISDIR/, /^ls -l /);
  });
});

describe("a folder that nobody may write to", () => {
  test("keeps the lock from being taken, and nothing is begun", async () => {
    const stack = await createTestStack();
    await stack.up();
    stack.world.log.length = 0;
    const locks = join(stack.home, ".pulumi/locks/organization/test/local");
    await open(stack.home);
    await chmod(locks, 0o500);
    if (isRoot) process.seteuid?.(NOBODY);
    const error: unknown = await stack.up().catch((thrown: unknown) => thrown);
    if (isRoot) process.seteuid?.(0);
    expect(error).toMatchObject({
      code: "NSK-STATE-UNWRITABLE",
      detail: expect.stringContaining("EACCES") as string,
      action: { id: "make-room", folder: expect.stringContaining(locks) as string },
    });
    expect(stack.world.log).toEqual([]);
    await chmod(locks, 0o700);
    expect(changes(await stack.up())).toEqual([]);
  });

  test("keeps the state from being saved: the run fails once, and makes nothing more", async () => {
    const stack = await createTestStack();
    const stacks = dirname(stack.checkpoint);
    await stack.up({ config: { withWeb: false } });
    stack.world.log.length = 0;
    await open(stack.home);
    await chmod(stacks, 0o500);
    if (isRoot) process.seteuid?.(NOBODY);
    const result = await stack.up().finally(() => isRoot && process.seteuid?.(0));
    expect(result.outcome).toBe("failed");
    const codes = new Set(result.diagnostics.map(({ problem }) => problem?.code));
    expect([...codes]).toEqual(["NSK-STATE-UNWRITABLE"]);
    expect(stack.world.log).toEqual([]);
    await chmod(stacks, 0o700);
    expect(changes(await stack.up())).toEqual(["create web"]);
  });

  /** Gives a folder with all in it to nobody, when the test runs as root. */
  async function open(folder: string): Promise<void> {
    if (!isRoot) return;
    for (const entry of [".", ...(await readdir(folder, { recursive: true }))])
      await chown(join(folder, entry), NOBODY, NOBODY);
  }
});

describe("every state that a run leaves", () => {
  test("is one that Pulumi's format allows, at every save, and so is the copy of the one before", async () => {
    const stack = await createTestStack();
    const seen: string[] = [];
    const check = async (): Promise<undefined> => {
      for (const file of [stack.checkpoint, `${stack.checkpoint}.bak`]) {
        const text = await readFile(file, "utf8").catch(() => undefined);
        if (text !== undefined) seen.push(...checkpointProblems(text));
      }
      return undefined;
    };
    for (const step of ["create", "update", "delete"])
      for (const name of ["network", "password", "database", "web"])
        stack.world.behaviours.set(`${name} ${step}`, check);
    await stack.up();
    await stack.up({ config: { databaseMemory: 256 } });
    await stack.up({ config: { databaseImage: "postgres:18", webSuffix: "b" } });
    stack.world.behaviours.set("database create", () => Promise.resolve(["exit code 1"]));
    await stack.up({ config: { databaseImage: "postgres:19", protect: true } });
    await check();
    await stack.up({ config: { withWeb: false } });
    await stack.destroy();
    await check();
    expect(seen).toEqual([]);
  });

  test("has the state before the last save beside it, under a name of its own", async () => {
    const stack = await createTestStack();
    await stack.up();
    const before = await readFile(stack.checkpoint, "utf8");
    await stack.up({ config: { databaseMemory: 256 } });
    const [now, copy] = [await stat(stack.checkpoint), await stat(`${stack.checkpoint}.bak`)];
    expect(now.ino).not.toBe(copy.ino);
    // An update is saved twice: before it and after it.
    const bak = await readFile(`${stack.checkpoint}.bak`, "utf8");
    expect(bak).toContain('"type":"updating"');
    expect(resourcesOf(bak)).toEqual(resourcesOf(before));
  });
});

/** In an order of their own: that of the file follows the one in which a run settled them. */
function resourcesOf(text: string): readonly string[] {
  const file = JSON.parse(text) as {
    readonly checkpoint: {
      readonly latest: { readonly resources: readonly { readonly modified?: string }[] };
    };
  };
  return file.checkpoint.latest.resources.map((resource) => JSON.stringify(resource)).toSorted();
}
