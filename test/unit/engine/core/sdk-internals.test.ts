import * as pulumi from "@pulumi/pulumi";
import { createRequire } from "node:module";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  CHECKED_SDK,
  dropDebugLines,
  loadSdkInternals,
  watchNoProperties,
} from "../../../../engine/core/sdk-internals.ts";

const require = createRequire(import.meta.url);
const sdk = loadSdkInternals(require);

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the internals of the SDK", () => {
  test("are those of the version that was checked", () => {
    expect(require("@pulumi/pulumi/package.json")).toMatchObject({ version: CHECKED_SDK });
  });

  test.for([
    ["settings.resetOptions", 7],
    ["settings.waitForRPCs", 0],
    // Its only argument has a default.
    ["settings.disconnect", 0],
    ["stacks.runInPulumiStack", 1],
    ["config.setAllConfig", 2],
    ["log.hasErrors", 0],
    ["log.debug", 4],
    ["debuggable.debuggablePromise", 2],
  ] as const)("have %s with %i arguments", ([path, count]) => {
    expect(sdk).toHaveProperty(path, expect.any(Function));
    expect(sdk).toHaveProperty(`${path}.length`, count);
  });

  test("reset the options that a program asks for", () => {
    const { stack, project } = { stack: "blue", project: "acme" };
    sdk.settings.resetOptions(project, stack, 16, "localhost:1", "localhost:2", true, "organization");
    expect(pulumi.getProject()).toBe("acme");
    expect(pulumi.getStack()).toBe("blue");
    expect(pulumi.runtime.isDryRun()).toBe(true);
  });

  test("are called through their modules, so that what replaces them is called", async () => {
    const lines = vi.spyOn(sdk.log, "debug");
    const watched = vi.spyOn(sdk.debuggable, "debuggablePromise");
    await declareOne();
    expect(lines).toHaveBeenCalled();
    const contexts = watched.mock.calls.map(([, context]) => String(context));
    expect(contexts).toContainEqual(expect.stringMatching(/^transferProperty\(/));
    // The registration, which stays watched, is told apart by its own words.
    expect(contexts.filter((context) => !context.startsWith("transfer"))).not.toEqual([]);
  });
});

describe("what replaces them", () => {
  test("sends no debug lines", async () => {
    const sent = vi.fn(() => Promise.resolve());
    const log = { hasErrors: () => false, debug: sent };
    dropDebugLines({ log });
    await log.debug();
    expect(sent).not.toHaveBeenCalled();
  });

  test("watches every promise but those of properties", async () => {
    const contexts: unknown[] = [];
    const debuggable = {
      debuggablePromise: <Value>(promise: Promise<Value>, context: unknown): Promise<Value> => {
        contexts.push(context);
        return promise;
      },
    };
    watchNoProperties({ debuggable });
    for (const context of ["transferProperty(a)", "resolveURN(a)", undefined])
      expect(await debuggable.debuggablePromise(Promise.resolve(1), context)).toBe(1);
    expect(contexts).toEqual(["resolveURN(a)", undefined]);
  });
});

class Thing extends pulumi.CustomResource {}

/** Declares a resource with a property against an engine that answers by itself. */
async function declareOne(): Promise<void> {
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: ({ name }) => ({ id: name, state: {} }),
  });
  const one = new Thing("acme:index:Thing", "one", { size: 1 });
  await new Promise((resolve) => one.urn.apply(resolve));
}
