import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkpointProblems } from "../support/deployment-schema.ts";
import { type Outcome, ROOT, TestStack } from "./support/test-stack.ts";

describe("Ctrl-C and a second terminal", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create("interrupted");
    stack.copyAgent("translator");
  });
  afterAll(() => stack.remove());

  const stateFile = (): string => join(stack.home, ".pulumi/stacks/nasiko", `${stack.name}.json`);
  const stateText = (): string => {
    try {
      return readFileSync(stateFile(), "utf8");
    } catch {
      // Not there before the first save.
      return "";
    }
  };
  const created = (): number => stateText().split('"type":"docker:index/container:Container"').length - 1;

  /** Starts `up`; the answer is there once containers are being made. */
  async function upUnderWay(moreThan: number): Promise<{
    readonly pid: number;
    readonly interrupt: () => void;
    readonly ended: Promise<Outcome>;
  }> {
    const child = spawn(join(ROOT, "nasiko"), ["--stack", stack.name, "local", "up"], {
      env: stack.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = Promise.all([
      new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1))),
      text(child.stdout),
      text(child.stderr),
    ]).then(([exitCode, stdout, stderr]) => ({ exitCode, stdout, stderr }));
    while (created() <= moreThan) {
      if (child.exitCode !== null)
        throw new Error(`up ended before it made anything: ${(await ended).stderr}`);
      await delay(50);
    }
    return { pid: child.pid ?? 0, interrupt: () => void child.kill("SIGINT"), ended };
  }

  test("a second up names who is at work; Ctrl-C lets running steps finish, saves, and exits with 130", async () => {
    const first = await upUnderWay(0);
    const second = await stack.nasiko(["local", "up"]);
    expect(second).toMatchObject({ exitCode: 30 });
    expect(second.stdout + second.stderr).toContain(`is locked by process ${first.pid} of `);
    first.interrupt();
    const { exitCode, stderr } = await first.ended;
    expect(exitCode, stderr).toBe(130);
    expect(stderr).toContain("Stopping: running steps are finished and saved.");
    expect(checkpointProblems(stateText())).toEqual([]);
    expect(stateText()).not.toContain("pending_operations");
    expect(readdirSync(join(stack.home, ".pulumi/locks/organization/nasiko", stack.name))).toEqual([]);
  });

  test("Ctrl-C twice ends it at once; the next up goes on from there", async () => {
    const run = await upUnderWay(created());
    run.interrupt();
    run.interrupt();
    expect((await run.ended).exitCode).toBe(130);
    expect(checkpointProblems(stateText())).toEqual([]);
    const up = await stack.nasiko(["local", "up"]);
    expect(up, up.stderr).toMatchObject({ exitCode: 0 });
    const { steps } = await stack.json<{ readonly steps: Readonly<Record<string, number>> }>(["local", "up"]);
    expect(steps).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
  });
});
