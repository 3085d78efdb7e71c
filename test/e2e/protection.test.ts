import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { docker, ROOT, TestStack } from "./support/test-stack.ts";

/** Volumes and secrets only: what is protected needs no containers. */
const DATA_ONLY = { NASIKO_RUNNING: "false" };
const PROTECTED = { ...DATA_ONLY, NASIKO_PROTECT_DATA: "true" };

interface Orphans {
  readonly strays: readonly { readonly kind: string; readonly name: string; readonly command: string }[];
}

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create("e2e-protection");
  stack.copyAgent("translator");
});

afterAll(async () => {
  await stack.remove();
});

const volumes = async (): Promise<readonly string[]> => {
  const found = await docker.volumes({ labels: [`nasiko.stack=${stack.name}`] });
  return found.map(({ Name }) => Name).toSorted();
};

const down = async (...consent: readonly string[]) =>
  stack.nasiko(["local", "down", "--volumes", ...consent]);

/** Runs `down --volumes` on a terminal of its own and answers its question. */
async function downOnTerminal(answer: string): Promise<{ readonly exitCode: number; readonly said: string }> {
  // A terminal that nobody sits at is 0 columns wide.
  const command = `stty cols 200; '${join(ROOT, "nasiko")}' --stack ${stack.name} local down --volumes`;
  const terminal = spawn("script", ["-qec", command, "/dev/null"], {
    env: { ...stack.environment(), TERM: "xterm" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let asked = false;
  terminal.stdout.on("data", (chunk: Buffer) => {
    if (asked || !chunk.toString().includes("name to delete it for ever")) return;
    asked = true;
    terminal.stdin.write(`${answer}\r`);
  });
  const said = text(terminal.stdout);
  const exitCode = await new Promise<number>((resolve, reject) => {
    terminal.on("error", reject).on("close", (code) => resolve(code ?? -1));
  });
  return { exitCode, said: await said };
}

describe("protected data", () => {
  test("is declared protected, and then needs more than --yes", async () => {
    await stack.json(["local", "up"], PROTECTED);
    const before = await volumes();
    expect(before).toContain(stack.containerName("redis-data-offline"));

    for (const consent of [[], ["--yes"], ["--force"]]) {
      const refusal = await down(...consent);
      expect(refusal).toMatchObject({ exitCode: 34 });
      expect(refusal.stderr).toContain("NSK-DATA-PROTECTED");
      expect(refusal.stderr).toContain(`--stack ${stack.name} local down --volumes --yes --force`);
    }
    expect(await volumes()).toEqual(before);
    expect((await stack.preview<{ steps: object }>(PROTECTED)).steps).toMatchObject({
      create: 0,
      delete: 0,
    });
  });

  test("stays when another name is typed, and goes when the stack's own is", async () => {
    const before = await volumes();
    const wrong = await downOnTerminal("local");
    expect(wrong.said).toContain("NSK-DATA-PROTECTED");
    expect(wrong.exitCode).toBe(34);
    expect(await volumes()).toEqual(before);

    const right = await downOnTerminal(stack.name);
    expect(right, right.said).toMatchObject({ exitCode: 0 });
    expect(await volumes()).toEqual([]);
  });

  test("goes with --yes --force", async () => {
    await stack.json(["local", "up"], PROTECTED);
    const forced = await down("--yes", "--force");
    expect(forced, forced.stderr).toMatchObject({ exitCode: 0 });
    expect(await volumes()).toEqual([]);
  });

  test("goes with --yes once protection is taken off", async () => {
    await stack.json(["local", "up"], PROTECTED);
    await stack.json(["local", "up"], DATA_ONLY);
    const plain = await down("--yes");
    expect(plain, plain.stderr).toMatchObject({ exitCode: 0 });
    expect(await volumes()).toEqual([]);
  });
});

describe("objects with the stack's label that are not in its state", () => {
  test("are reported by up, preview and status with the command that removes them, and never touched", async () => {
    const Labels = { "nasiko.stack": stack.name };
    const [network, volume] = [`${stack.name}-stray-net`, `${stack.name}-stray-data`];
    await docker.call("create", (engine) => engine.createNetwork({ Name: network, Labels }));
    await docker.call("create", (engine) => engine.createVolume({ Name: volume, Labels }));
    const strays = [
      { kind: "network", name: network, command: `docker network rm ${network}` },
      { kind: "volume", name: volume, command: `docker volume rm ${volume}` },
    ];
    try {
      const up = await stack.nasiko(["local", "up", "--json"], DATA_ONLY);
      expect((JSON.parse(up.stdout) as Orphans).strays).toEqual(strays);
      for (const { command } of strays) expect(up.stderr).toContain(command);
      expect((await stack.preview<Orphans>(DATA_ONLY)).strays).toEqual(strays);
      const status = await stack.nasiko(["local", "status", "--json"], DATA_ONLY);
      expect((JSON.parse(status.stdout) as Orphans).strays).toEqual(strays);

      const gone = await down("--yes");
      expect(gone, gone.stderr).toMatchObject({ exitCode: 0 });
      expect(await volumes()).toEqual([volume]);
      expect(await docker.network(network)).toBeDefined();
    } finally {
      await docker.find("remove", (engine) => engine.getNetwork(network).remove());
      await docker.find("remove", (engine) => engine.getVolume(volume).remove());
    }
  });
});
