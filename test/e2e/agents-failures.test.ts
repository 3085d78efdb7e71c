import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { TestStack } from "./support/test-stack.ts";
import { type Behaviour, callTinyAgent, removeAgentImages, writeTinyAgent } from "./support/tiny-agent.ts";

/** An agent that never answers is given up soon; one that does, does within a moment. */
const ENVIRONMENT = { NASIKO_AGENTS: "", NASIKO_AGENT_TIMEOUT: "10s" };

let stack: TestStack;
let tiny: string;

beforeAll(async () => {
  stack = await TestStack.create("e2e-agents-bad");
  tiny = join(stack.work, "tiny");
  writeTinyAgent(tiny, "1");
  await stack.json(["local", "up", "--yes"], { NASIKO_AGENTS: "{}" });
  await stack.json(["local", "deploy-agent", "tiny", tiny], ENVIRONMENT);
});

afterAll(async () => {
  await stack.remove();
  await removeAgentImages("tiny");
});

const url = (): string => `${stack.gateway}/agents/agent-tiny/`;

/** A deployment that fails; the version before it has to be untouched and serving. */
async function refused(
  ...args: readonly string[]
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const before = await stack.containerIds();
  const { exitCode, stdout, stderr } = await stack.nasiko(["local", "deploy-agent", ...args], ENVIRONMENT);
  const after = await stack.containerIds();
  expect([...after].filter(([name]) => before.has(name))).toEqual([...before]);
  expect(await callTinyAgent(url())).toBe("1");
  return { exitCode, text: stdout + stderr };
}

describe("a new version leaves the old one serving, and one clear error says why, when it", () => {
  const cases: readonly (readonly [Behaviour, RegExp])[] = [
    // Its exit code stands in its own state, or, while it is just being restarted, in what the registry saw.
    ["exits", /no key[^]*\(7\)|exit code 7[^]*no key/],
    ["never listens", /does not answer on port 5000/],
    ["listens elsewhere", /does not answer on port 5000/],
    ["ends after its card", /did not stay so|exit code 8/],
    ["fails after its card", /did not stay so.*500/],
  ];
  test.each(cases)("%s", async (behaviour, why) => {
    writeTinyAgent(tiny, behaviour, behaviour);
    const { exitCode, text } = await refused("tiny");
    expect(exitCode, text).toBe(22);
    expect(text).toMatch(why);
    expect(text).toMatch(/Version [0-9a-f]{8} of agent tiny is still served\./);
    // What failed makes way for what works.
    writeTinyAgent(tiny, "1");
    await stack.json(["local", "deploy-agent", "tiny"], ENVIRONMENT);
    const left = [...(await stack.containerIds()).keys()].filter((name) => name.includes("agent-tiny"));
    expect(left).toHaveLength(1);
  });

  test("cannot be built: with the failing step and its output", async () => {
    appendFileSync(join(tiny, "Dockerfile"), "RUN echo so far so good && cat /no/such/file\n");
    const { exitCode, text } = await refused("tiny");
    writeTinyAgent(tiny, "1");
    expect(exitCode, text).not.toBe(0);
    expect(text).toMatch(/Step 5\/5 : RUN echo so far/);
    expect(text).toMatch(/\/no\/such\/file: No such file/);
  });
});

describe("nothing is changed for", () => {
  test("a folder that is not there, or has no Dockerfile", async () => {
    expect((await refused("tiny", join(stack.work, "nowhere"))).text).toMatch(/NSK-AGENT-FOLDER-MISSING/);
    rmSync(join(tiny, "Dockerfile"));
    expect((await refused("tiny")).text).toMatch(/NSK-DOCKERFILE-MISSING/);
    writeTinyAgent(tiny, "1");
  });

  test("a name that no agent can have", async () => {
    expect((await refused("Tiny_1", tiny)).text).toMatch(/NSK-AGENT-NAME-INVALID/);
    expect((await refused("kong", tiny)).text).toMatch(/NSK-AGENT-NAME-TAKEN/);
  });

  test("a file that cannot be part of an image", async () => {
    const socket = join(tiny, "pipe");
    const { execFileSync } = await import("node:child_process");
    execFileSync("mkfifo", [socket]);
    const { text } = await refused("tiny");
    rmSync(socket);
    expect(text).toMatch(/NSK-CONTEXT-UNSUPPORTED.*named pipe/s);
  });

  test("a stack that does not run", async () => {
    const outcome = await stack.nasiko(["--stack", "e2e-agents-off", "local", "deploy-agent", "tiny", tiny], {
      ...ENVIRONMENT,
      // A port of its own, where no registry answers.
      NASIKO_PORT_OFFSET: String(stack.portOffset - 1),
    });
    expect(outcome.exitCode).toBe(21);
    expect(outcome.stderr).toMatch(/NSK-PLATFORM-DOWN/);
  });

  test("an earlier version whose image is gone", async () => {
    const source = `${stack.agentFolder("tiny")}@0123456789abcdef`;
    writeFileSync(join(stack.work, "pinned.env"), `NASIKO_AGENTS=tiny=${source}\n`);
    const outcome = await stack.nasiko(
      ["--config", join(stack.work, "pinned.env"), "local", "up", "--yes"],
      ENVIRONMENT,
    );
    expect(outcome.exitCode, outcome.stderr).toBe(11);
    expect(outcome.stderr).toMatch(/NSK-AGENT-VERSION-GONE/);
    expect(await callTinyAgent(url())).toBe("1");
  });
});
