import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { pruneImages } from "../../../../cli/commands/images/prune.ts";
import { blueprintOf } from "../../../../cli/stack/blueprint/blueprint.ts";
import { imagesOf } from "../../../../platform/blueprint/images.ts";
import { calling, createSurroundings, type Surroundings } from "../handler-context.ts";

const prune = calling(pruneImages);

const OLD_REDIS = "nasiko/redis:0123456789abcdef";

let open: Surroundings;
let config: string;
beforeEach(async () => {
  config = mkdtempSync(join(tmpdir(), "nasiko-prune-"));
  open = await createSurroundings();
});
afterEach(async () => {
  await open.close();
  rmSync(config, { recursive: true });
});

/** Writes the state of a stack, as far as its name counts. */
function record(stack: string): void {
  const folder = join(open.context.home.folder, ".pulumi/stacks/nasiko");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${stack}.json`), "{}");
}

test("says what goes, and removes nothing when nobody agrees", async () => {
  open.docker.images.push(OLD_REDIS, "redis:7");
  await expect(prune(open.context, {})).rejects.toMatchObject({
    code: "NSK-PRUNE-NOT-CONFIRMED",
    message: "Nothing was removed: nobody agreed to remove 1 image.",
  });
  expect(open.told.join("\n")).toContain(OLD_REDIS);
  expect(open.docker.changes).toEqual([]);
});

test("removes what no stack needs once it was agreed to", async () => {
  const whole = open.context.withEnvironment({ NASIKO_SERVICES: undefined });
  const needed = imagesOf(await blueprintOf(whole)).map(({ reference }) => reference);
  open.docker.images.push(OLD_REDIS, ...needed, "redis:7");
  const dry = await prune(open.context, { dryRun: true });
  expect(dry.json).toMatchObject({ dryRun: true, images: [{ reference: OLD_REDIS }] });
  expect(open.docker.changes).toEqual([]);
  await prune(open.context, { yes: true });
  expect(open.docker.changes).toEqual([`remove image ${OLD_REDIS}`]);
});

test("keeps earlier builds of agents, which nobody can build again", async () => {
  const earlier = "nasiko/agent-translator:0123456789abcdef";
  const removed = "nasiko/agent-long-gone:0123456789abcdef";
  open.docker.images.push(earlier, removed);
  const { json } = await prune(open.context, { dryRun: true });
  expect(json).toMatchObject({ images: [{ reference: removed }] });
});

test("keeps what a stack needs that is recorded here and does not run", async () => {
  const enterprise = open.context.withEnvironment({ NASIKO_SERVICES: undefined }).forStack("enterprise");
  const needed = imagesOf(await blueprintOf(enterprise)).map(({ reference }) => reference);
  const auth = needed.filter((reference) => reference.includes("nasiko-auth-service"));
  expect(auth).toHaveLength(1);
  open.docker.images.push(...needed);
  const before = await prune(open.context, { dryRun: true });
  expect(before.json).toMatchObject({ images: [{ reference: auth[0] }] });
  record("enterprise");
  const after = await prune(open.context, { dryRun: true });
  expect(after.json).toMatchObject({ images: [] });
});
