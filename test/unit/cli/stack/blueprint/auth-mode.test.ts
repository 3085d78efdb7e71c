import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";

import { createContext, type CommandContext } from "../../../../../cli/stack/context.ts";
import type { Engine } from "../../../../../cli/engine-host/embedded-engine.ts";
import { createOutput } from "../../../../../cli/render/output.ts";
import { refuseForgottenMode, rememberedMode } from "../../../../../cli/stack/blueprint/auth-mode.ts";
import type { StackSnapshot } from "../../../../../engine/core/engine.ts";

const root = mkdtempSync(join(tmpdir(), "nasiko-auth-mode-"));
afterAll(() => rmSync(root, { recursive: true }));

/** A stack whose state says this, and nothing else. */
const recorded = (outputs: StackSnapshot["outputs"], names: readonly string[] = []): StackSnapshot =>
  // Nothing but what is read here: the rest of a resource says nothing about modes.
  ({ outputs, resources: names.map((name) => ({ name })), operations: [] }) as unknown as StackSnapshot;

function contextOf(
  snapshot: StackSnapshot | undefined,
  environment: Readonly<Record<string, string>> = {},
): CommandContext {
  const never = (): Promise<never> => Promise.reject(new Error("no run belongs to this test"));
  const engine: Engine = {
    ...{ up: never, preview: never, destroy: never, holdStack: never },
    readStack: () => Promise.resolve(snapshot),
  };
  return createContext({
    options: { stack: "modes" },
    environment: { NASIKO_HOME: join(root, "home"), ...environment },
    output: createOutput({
      ...{ json: true, events: false, quiet: true, environment: {} },
      ...{ stdout: new PassThrough(), stderr: new PassThrough() },
    }),
    interruption: { cancel: new AbortController().signal, terminate: new AbortController().signal },
    adapters: {
      engine,
      docker: () => {
        throw new Error("no engine belongs to this test");
      },
    },
    root,
  });
}

describe("a stack in mode enterprise", () => {
  const enterprise = recorded({ authMode: "enterprise" });

  test("is not made simple by a forgotten variable, and the error says how to say it", async () => {
    await expect(refuseForgottenMode(contextOf(enterprise))).rejects.toMatchObject({
      code: "NSK-AUTH-WOULD-END",
      suggestion: expect.stringContaining("AUTH_MODE=enterprise ./nasiko local up") as unknown,
    });
  });

  test.each(["simple", "enterprise"])("becomes %s when somebody says so", async (mode) => {
    await expect(refuseForgottenMode(contextOf(enterprise, { AUTH_MODE: mode }))).resolves.toBeUndefined();
    expect(await rememberedMode(contextOf(enterprise, { AUTH_MODE: mode }))).toEqual({});
  });

  test("is looked at and stopped as what it is", async () => {
    expect(await rememberedMode(contextOf(enterprise))).toEqual({ "nasiko:authMode": "enterprise" });
  });

  test("counts as one as soon as a part of it is there, whatever the outputs still say", async () => {
    const halfWay = recorded({ authMode: "simple" }, ["redis", "nasiko-auth-service"]);
    await expect(refuseForgottenMode(contextOf(halfWay))).rejects.toMatchObject({
      code: "NSK-AUTH-WOULD-END",
    });
  });
});

test.each([
  ["that was never brought up", undefined],
  ["in mode simple", recorded({ authMode: "simple" }, ["redis"])],
  ["from before there were modes", recorded({}, ["redis"])],
])("a stack %s needs no variable", async (_what, snapshot) => {
  await expect(refuseForgottenMode(contextOf(snapshot))).resolves.toBeUndefined();
  expect(await rememberedMode(contextOf(snapshot))).toEqual({});
});
