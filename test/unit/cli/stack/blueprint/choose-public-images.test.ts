import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createContext } from "../../../../../cli/stack/context.ts";
import type { CommandContext } from "../../../../../cli/stack/context.ts";
import { createOutput } from "../../../../../cli/render/output.ts";
import { choosePublicImages } from "../../../../../cli/stack/blueprint/choose-public-images.ts";
import { forgetStackRecord, readStackRecord } from "../../../../../cli/stack/home/stack-record.ts";
import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";
import { dockerRefused } from "../../../../../engine/providers/docker/errors.ts";

const STACK = "unit-choice";

let home: string;
let said: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "nasiko-home-"));
  said = [];
});
afterEach(() => rmSync(home, { recursive: true }));

function context(environment: Readonly<Record<string, string>> = {}): CommandContext {
  const output = createOutput({
    json: false,
    events: false,
    quiet: false,
    environment: {},
    stdout: process.stdout,
    stderr: process.stderr,
  });
  const { signal } = new AbortController();
  return createContext({
    options: { stack: STACK },
    environment: { NASIKO_HOME: home, ...environment },
    output: { ...output, note: (line) => void said.push(line) },
    interruption: { cancel: signal, terminate: signal },
  });
}

/** An engine whose registry says this, or nothing at all. */
function engine(answer: "here it is" | "no such host" | "toomanyrequests"): DockerClient {
  const call = (): Promise<never> => {
    if (answer === "here it is") return Promise.resolve() as Promise<never>;
    const cause = Object.assign(new Error(answer), { statusCode: 500 });
    return Promise.reject(dockerRefused({ operation: "ask", statusCode: 500, message: answer }, cause));
  };
  // The choice uses nothing else of an engine.
  return { call } as unknown as DockerClient;
}

const unasked = { call: () => Promise.reject(new Error("the network was asked")) } as unknown as DockerClient;
const recorded = (): string | undefined => readStackRecord(context().home, STACK).publicImages;

describe("where a new stack takes public images from", () => {
  test.each([
    ["here it is", "registry"],
    ["toomanyrequests", "registry"],
    ["no such host", "offline"],
  ] as const)("(a registry says %j) is %s, said aloud and kept", async (answer, choice) => {
    const config = await choosePublicImages(context(), engine(answer), { record: true });
    expect(config).toEqual({ "nasiko:publicImages": choice });
    expect(said).toEqual([expect.stringMatching(/stay so for this stack/)]);
    expect(recorded()).toBe(choice);
    expect((await context().settings()).settings.publicImages).toBe(choice);
  });

  test("is not kept by a preview", async () => {
    const config = await choosePublicImages(context(), engine("here it is"), { record: false });
    expect(config).toEqual({ "nasiko:publicImages": "registry" });
    expect(recorded()).toBeUndefined();
  });
});

describe("later", () => {
  beforeEach(async () => {
    await choosePublicImages(context(), engine("here it is"), { record: true });
    said = [];
  });

  test("nobody is asked again, whatever became of the network", async () => {
    expect(await choosePublicImages(context(), unasked, { record: true })).toEqual({});
    expect(said).toEqual([]);
    expect(recorded()).toBe("registry");
  });

  test("it changes on request, and stays changed without it", async () => {
    const asked = context({ NASIKO_PUBLIC_IMAGES: "offline" });
    await choosePublicImages(asked, unasked, { record: true });
    expect(said).toEqual([
      expect.stringMatching(/offline from now on.*so far registry.*back when you switch back/),
    ]);
    expect((await context().settings()).settings.publicImages).toBe("offline");
  });

  test("a stack that was deleted is a new one", async () => {
    forgetStackRecord(context().home, STACK);
    await choosePublicImages(context(), engine("no such host"), { record: true });
    expect(recorded()).toBe("offline");
  });

  test("the record is its owner's only, and an unreadable one is an error", () => {
    const file = join(home, "stacks", `${STACK}.json`);
    expect(statSync(file).mode & 0o077).toBe(0);
    writeFileSync(file, "{");
    expect(recorded).toThrow(expect.objectContaining({ code: "NSK-STACK-RECORD-INVALID" }) as Error);
  });
});
