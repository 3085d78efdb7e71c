import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { createColors } from "picocolors";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { up } from "../../../../../cli/commands/local/up.ts";
import {
  coloursOf,
  forgetLastUp,
  keepLastUp,
  type LastUpRequest,
  toldWhenUnchanged,
} from "../../../../../cli/features/up/last-up/last-up.ts";
import { digestOf } from "../../../../../cli/stack/inputs/digest.ts";
import { lateFiles, sourcesOf } from "../../../../../cli/stack/inputs/sources.ts";
import type { CommandContext } from "../../../../../cli/stack/context.ts";
import { calling, createSurroundings, type Surroundings } from "../../handler-context.ts";

const TOLD = {
  notes: ["redis comes along: nasiko-backend needs it."],
  urls: [{ label: "Gateway", url: "http://127.0.0.1:9100/" }],
  standIns: ["langtrace"],
  otherBuilds: [],
  unchanged: 42,
  credentials: [],
};
const IMAGES = ["redis:7"];

let surroundings: Surroundings;
/** Of a checkout, a home and an agent that this test may change. */
let context: CommandContext;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-last-up-"));
  const home = join(folder, "home");
  surroundings = await createSurroundings({
    environment: { NASIKO_HOME: home, NASIKO_CONFIG_FILE: join(folder, "elsewhere", "config.env") },
  });
  surroundings.docker.images.push(...IMAGES);
  const root = join(folder, "checkout");
  write("checkout/index.ts", "export default 1;");
  write("checkout/node_modules/.package-lock.json", "{}");
  write("elsewhere/agent/agent.py", "print()");
  write("elsewhere/gateway.crt", "PEM");
  write("home/passphrase", "secret");
  write("home/.pulumi/stacks/nasiko/local.json", "{}");
  context = { ...surroundings.context, root, program: root };
});

afterEach(async () => {
  await surroundings.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** As an `up` leaves it that began long after everything was written, or when a test says. */
async function keep(more: Partial<LastUpRequest> = {}): Promise<void> {
  const sources = sourcesOf(context);
  await keepLastUp({
    context,
    sources,
    named: { ...sources, variables: [...sources.variables, "OPENAI_API_KEY"] },
    late: [join(folder, "elsewhere", "agent")],
    lateFiles: lateFiles(
      { program: folder },
      { origins: { tlsCertificate: { text: "elsewhere/gateway.crt", source: ".env" } } },
    ),
    before: digestOf(context, sources, coloursOf(context)),
    startedAt: Date.now() + 60_000,
    look: { stack: "local", images: IMAGES, registry: undefined },
    recorded: new Set(),
    room: { folder, megabytes: 0 },
    told: TOLD,
    ...more,
  });
}

const withVariable = (name: string, value: string): CommandContext => ({
  ...context,
  environment: { ...context.environment, [name]: value },
});

describe("an up of which nothing changed since the last one", () => {
  test("tells what that told, and runs no program", async () => {
    await keep();
    expect(await toldWhenUnchanged(context)).toEqual(TOLD);
    // Whose engine refuses to run anything, and which is what the handler makes of its own context.
    const { exitCode, json, text } = await calling(up)({ ...context, withEnvironment: () => context }, {});
    expect(exitCode).toBe(0);
    expect(surroundings.told).toEqual(TOLD.notes);
    expect(text).toMatch(/^Stack local is ready after .* s; 0 steps, 42 unchanged\.\n/);
    expect(json).toMatchObject({
      ok: true,
      stack: "local",
      steps: { same: 42, create: 0, update: 0, replace: 0, delete: 0 },
      changed: [],
      standIns: ["langtrace"],
      movedPorts: [],
      strays: [],
    });
  });

  test("is so whatever changes that no program reads", async () => {
    await keep();
    write("checkout/.git/index", "");
    write("checkout/docs/page.md", "");
    write("checkout/test/new.test.ts", "");
    write("checkout/.nasiko/log", "");
    write("home/logs/up.log", "");
    expect(await toldWhenUnchanged(withVariable("EDITOR", "vi"))).toEqual(TOLD);
  });
});

test.each<readonly [string, () => void]>([
  ["a file of the project", () => write("checkout/index.ts", "export default 2;")],
  ["the times of a file of the project", () => write("checkout/index.ts", "export default 1;")],
  ["the name of a file of the project", () => moveInCheckout("index.ts", "main.ts")],
  ["a new file of the project", () => write("checkout/services/new.ts", "")],
  ["what is installed", () => write("checkout/node_modules/.package-lock.json", "{ }")],
  ["a file of an agent elsewhere", () => write("elsewhere/agent/agent.py", "print(1)")],
  ["a new file of an agent", () => write("elsewhere/agent/tools/search.py", "")],
  ["the gateway's certificate", () => write("elsewhere/gateway.crt", "another PEM")],
  [".env", () => write("checkout/.env", "NASIKO_PORT_N8N=15678")],
  [".nasiko.env", () => write("checkout/.nasiko.env", "")],
  [".nasiko-local.env", () => write("checkout/.nasiko-local.env", "")],
  ["the stack's config", () => write("checkout/Pulumi.local.yaml", "config: {}")],
  ["the config file that a variable names", () => write("elsewhere/config.env", "")],
  ["what was decided for the stack", () => write("home/stacks/local.json", '{ "publicImages": "offline" }')],
  ["the state", () => appendFileSync(join(folder, "home/.pulumi/stacks/nasiko/local.json"), "\n")],
  ["the state is gone", () => rmSync(join(folder, "home/.pulumi/stacks/nasiko/local.json"))],
  ["a run holds the stack", () => write("home/.pulumi/locks/organization/nasiko/local/1.json", "{}")],
  ["the passphrase", () => write("home/passphrase", "another")],
  ["the passphrase is gone", () => rmSync(join(folder, "home/passphrase"))],
  ["the record is damaged", () => write("home/stacks/local.up.json", "{")],
  ["the record is gone", () => forgetLastUp(context)],
  ["an image is gone", () => void surroundings.docker.images.pop()],
])("the program runs after a change of: %s", async (_, change) => {
  await keep();
  change();
  expect(await toldWhenUnchanged(context)).toBeUndefined();
});

function moveInCheckout(from: string, to: string): void {
  renameSync(join(context.root, from), join(context.root, to));
}

test.each<readonly [string, string, string]>([
  ["a setting", "NASIKO_PORT_N8N", "15678"],
  ["one of Docker", "DOCKER_CONTEXT", "other"],
  ["one of Pulumi", "PULUMI_CONFIG_PASSPHRASE", "other"],
  ["one that an agent asks for", "OPENAI_API_KEY", "sk-example"],
  ["where the home is found", "XDG_STATE_HOME", "/elsewhere"],
])("the program runs after a change of a variable: %s", async (_, name, value) => {
  await keep();
  expect(await toldWhenUnchanged(withVariable(name, value))).toBeUndefined();
});

test.each<readonly [string, () => void]>([
  ["another version of Node", () => void vi.spyOn(process, "version", "get").mockReturnValue("v99.0.0")],
  [
    "another day, as waivers end with one",
    () => void vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ["Date"] }),
  ],
])("the program runs on %s", async (_, change) => {
  await keep();
  try {
    change();
    expect(await toldWhenUnchanged(context)).toBeUndefined();
  } finally {
    vi.useRealTimers();
    vi.restoreAllMocks();
  }
});

test("the program runs for another stack, and for output with colors where there were none", async () => {
  await keep();
  expect(await toldWhenUnchanged({ ...context, stack: "other" })).toBeUndefined();
  const output = { ...context.output, colors: createColors(true) };
  expect(await toldWhenUnchanged({ ...context, output })).toBeUndefined();
});

test("the program runs when an engine does not answer, and says so", async () => {
  await keep();
  const docker = { ...context.docker, containers: () => Promise.reject(new Error("no answer")) };
  expect(await toldWhenUnchanged({ ...context, docker })).toBeUndefined();
});

describe("nothing is kept of an up", () => {
  test.each<readonly [string, () => Partial<LastUpRequest>]>([
    ["during which an input changed", () => ({ before: "another digest" })],
    ["whose agent changed after it began", () => ({ startedAt: Date.now() - 60_000 })],
    ["that left an image out", () => ({ look: { stack: "local", images: ["gone:1"], registry: undefined } })],
    ["that recorded what is not there", () => ({ recorded: new Set(["redis"]) })],
    [
      "whose registry does not answer",
      () => ({ look: { stack: "local", images: [], registry: "http://127.0.0.1:1/" } }),
    ],
    [
      "whose engine does not answer",
      () => ({
        context: {
          ...context,
          docker: { ...context.docker, images: () => Promise.reject(new Error("no answer")) },
        },
      }),
    ],
  ])("%s, and the record before it is gone", async (_, more) => {
    await keep();
    await keep(more());
    expect(await toldWhenUnchanged(context)).toBeUndefined();
  });

  test("while another run holds the stack", async () => {
    write("home/.pulumi/locks/organization/nasiko/local/1.json", "{}");
    await keep();
    rmSync(join(folder, "home/.pulumi/locks"), { recursive: true });
    expect(await toldWhenUnchanged(context)).toBeUndefined();
  });
});

test("the program runs when room for images gets short", async () => {
  await keep({ room: { folder, megabytes: Number.MAX_SAFE_INTEGER } });
  expect(await toldWhenUnchanged(context)).toBeUndefined();
});
