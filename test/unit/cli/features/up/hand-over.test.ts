import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { handOverIfCurrent, noteInputs } from "../../../../../cli/features/up/hand-over.ts";
import type { CommandContext } from "../../../../../cli/stack/context.ts";
import { blueprintOf } from "../../../../../cli/stack/blueprint/blueprint.ts";
import { engineOptions } from "../../../../../cli/stack/state/deployment.ts";
import {
  BLUEPRINT_FILE,
  handedOver,
  type HandedOver,
} from "../../../../../platform/blueprint/blueprint-file.ts";
import type { Blueprint } from "../../../../../platform/blueprint/blueprint.ts";
import { createSurroundings, type Surroundings } from "../../handler-context.ts";

let folder: string;
let surroundings: Surroundings;
let context: CommandContext;
let blueprint: Blueprint;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-hand-over-"));
  surroundings = await createSurroundings({ environment: { NASIKO_HOME: join(folder, "home") } });
  ({ context } = surroundings);
  blueprint = await blueprintOf(context);
  write("checkout/index.ts", "export default 1;");
});

afterEach(async () => {
  await surroundings.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const handing = (isCurrent: () => boolean): HandedOver | undefined =>
  handOverIfCurrent(context, blueprint, isCurrent);
const note = (): (() => boolean) =>
  noteInputs(context, { folders: [{ path: join(folder, "checkout") }], files: [], variables: [] });

describe("a blueprint that `up` has built", () => {
  test("is what the program gets, from a file of its owner that goes afterwards", async () => {
    const handed = handing(note());
    const { environment } = await engineOptions({
      context,
      blueprint,
      variables: handed?.environment,
      onEvent: () => undefined,
    });
    const file = environment[BLUEPRINT_FILE] ?? "";
    expect(file.startsWith(join(folder, "home"))).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(handedOver(environment)).toEqual(blueprint);
    handed?.remove();
    expect(existsSync(file)).toBe(false);
  });

  test("takes the place of what a killed process of the same number has left", () => {
    handing(() => true);
    expect(handing(() => true)).toBeDefined();
  });

  test.each<readonly [string, () => void]>([
    ["a file", () => write("checkout/index.ts", "export default 2;")],
    ["the state", () => write("home/.pulumi/stacks/nasiko/local.json", "{}")],
    ["what was decided for the stack", () => write("home/stacks/local.json", "{}")],
    ["who has the stack", () => write("home/.pulumi/locks/organization/nasiko/local/lock.json", "{}")],
  ])("is not, when something has changed since: %s", (_, change) => {
    const isCurrent = note();
    expect(isCurrent()).toBe(true);
    change();
    expect(handing(isCurrent)).toBeUndefined();
  });
});
