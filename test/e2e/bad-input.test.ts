import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type EngineObjects, engineObjects, TestStack } from "./support/test-stack.ts";

interface Failure {
  readonly ok: boolean;
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly detail?: string;
    readonly suggestion: string;
  }[];
}

let stack: TestStack;
let before: EngineObjects;

beforeAll(async () => {
  stack = await TestStack.create("e2e-bad");
  stack.copyAgent("translator");
  before = await engineObjects(stack.name);
});

afterAll(async () => {
  expect(await engineObjects(stack.name)).toEqual(before);
  rmSync(stack.work, { recursive: true });
  rmSync(stack.home, { recursive: true });
});

/** Runs `local up` with something wrong: it must fail, say so in one document, and change nothing. */
async function refusal(
  extra: Readonly<Record<string, string>>,
): Promise<Failure & { readonly exitCode: number }> {
  const { exitCode, stdout, stderr } = await stack.nasiko(["local", "up", "--json"], extra);
  expect(exitCode).not.toBe(0);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(await engineObjects(stack.name)).toEqual(before);
  return { exitCode, ...(JSON.parse(stdout) as Failure) };
}

describe("up refuses, before anything changes,", () => {
  test("an unknown setting, naming the nearest", async () => {
    const { exitCode, errors } = await refusal({ NASIKO_PORT_KNOG: "1" });
    expect(exitCode).toBe(10);
    expect(errors).toMatchObject([
      { code: "NSK-SETTING-UNKNOWN", suggestion: "Did you mean NASIKO_PORT_KONG?" },
    ]);
  });

  test("bad values, all at once", async () => {
    const { errors } = await refusal({ NASIKO_PORT_KONG: "0", AUTH_MODE: "none" });
    expect(errors.map(({ message }) => message)).toEqual([
      'AUTH_MODE cannot be "none".',
      'NASIKO_PORT_KONG cannot be "0".',
    ]);
  });

  test("ports in use, naming the process and a free port", async () => {
    const ports = [9100 + stack.portOffset, 8080 + stack.portOffset];
    const servers = await Promise.all(ports.map(listen));
    const { exitCode, errors } = await refusal({});
    await Promise.all(servers.map(close));
    expect(exitCode).toBe(12);
    expect(errors.map(({ code }) => code)).toEqual(["NSK-PORT-IN-USE", "NSK-PORT-IN-USE"]);
    for (const { detail, suggestion } of errors) {
      expect(detail).toContain(`process ${process.pid}: `);
      expect(suggestion).toMatch(/^NASIKO_PORT_\w+=\d+ \.\/nasiko local up$/);
    }
  });

  test("an agent folder without a Dockerfile", async () => {
    mkdirSync(join(stack.work, "empty"));
    const { exitCode, errors } = await refusal({ NASIKO_AGENTS: `empty=${stack.agentFolder("empty")}` });
    expect(exitCode).toBe(11);
    expect(errors).toMatchObject([{ code: "NSK-DOCKERFILE-MISSING" }]);
  });

  test("agents whose names or folders cannot be, all at once", async () => {
    const { errors } = await refusal({
      NASIKO_AGENTS: "Bad_Name=agents/translator,redis=agents/translator,gone=nowhere",
    });
    expect(errors.map(({ code }) => code)).toEqual([
      "NSK-AGENT-NAME-INVALID",
      "NSK-AGENT-NAME-TAKEN",
      "NSK-AGENT-FOLDER-MISSING",
    ]);
  });

  test("an engine that does not answer", async () => {
    const { exitCode, errors } = await refusal({ DOCKER_HOST: `unix://${stack.home}/nothing.sock` });
    expect(exitCode).toBe(13);
    expect(errors).toMatchObject([{ code: "NSK-ENGINE-UNREACHABLE" }]);
  });
});

async function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server));
  });
}

const close = async (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));
