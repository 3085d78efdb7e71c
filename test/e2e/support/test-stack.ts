import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { expect, vi } from "vitest";

import { EXIT } from "../../../cli/lib/exit-codes.ts";
import { createDockerClient } from "../../../engine/providers/docker/client.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";

export const ROOT = join(import.meta.dirname, "../../..");

export const docker = createDockerClient({ host: process.env["DOCKER_HOST"] });

/** How a command of ours ended. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stack of its own for one test file: own state, own ports, own copy of the sample agent. */
export class TestStack {
  readonly name: string;
  readonly home: string;
  /** Folder in the checkout that git ignores, for agents that a test changes. */
  readonly work: string;
  readonly portOffset: number;
  readonly #before: EngineObjects;

  private constructor(name: string, portOffset: number, before: EngineObjects) {
    this.name = name;
    this.portOffset = portOffset;
    this.#before = before;
    this.home = mkdtempSync(join(tmpdir(), "nasiko-e2e-"));
    mkdirSync(join(ROOT, ".nasiko"), { recursive: true });
    this.work = mkdtempSync(join(ROOT, ".nasiko/e2e-"));
  }

  /** What commands decide about agents is kept in the checkout, which is this one. */
  get #config(): string {
    return join(ROOT, `Pulumi.${this.name}.yaml`);
  }

  static async create(name: string): Promise<TestStack> {
    return new TestStack(name, await freeOffset(), await engineObjects(name));
  }

  /** Environment of every command; `extra` goes before. */
  environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    return {
      ...process.env,
      NASIKO_HOME: this.home,
      NASIKO_PORT_OFFSET: String(this.portOffset),
      NASIKO_AGENTS: `translator=${this.agentFolder("translator")}`,
      // What an agent behind the gateway needs, and Redis; tests of more ask for more.
      NASIKO_SERVICES: "redis,kong-service-registry",
      // Whatever its mode, nobody relies on a stack of a test.
      NASIKO_STRICTNESS: "relaxed",
      ...extra,
    };
  }

  /** Runs `./nasiko` on this stack. */
  async nasiko(args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return run(join(ROOT, "nasiko"), ["--stack", this.name, ...args], this.environment(extra));
  }

  /** Runs a command that must succeed, with `--json`. */
  async json<Answer>(args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const outcome = await this.nasiko([...args, "--json"], extra);
    expect(outcome, outcome.stderr + outcome.stdout).toMatchObject({ exitCode: 0 });
    // The test says which shape it expects; a wrong one fails where it is used.
    return JSON.parse(outcome.stdout) as Answer;
  }

  /** What `preview --json` says; it may find changes, but nothing wrong. */
  async preview<Answer>(extra: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const outcome = await this.nasiko(["preview", "--json"], extra);
    expect([EXIT.done, EXIT.changes], outcome.stderr).toContain(outcome.exitCode);
    // As in `json`.
    return JSON.parse(outcome.stdout) as Answer;
  }

  /** Path of an agent's copy, relative to the checkout. */
  agentFolder(name: string): string {
    return relative(ROOT, join(this.work, name));
  }

  /** Copies a sample agent to where this test may change it. */
  copyAgent(name: string): string {
    const folder = join(this.work, name);
    const source = join(ROOT, "agents", name);
    cpSync(source, folder, { recursive: true, filter: (path) => !path.includes("node_modules") });
    return folder;
  }

  get gateway(): string {
    return `http://127.0.0.1:${9100 + this.portOffset}`;
  }

  /** Ids by name of this stack's containers. */
  async containerIds(): Promise<ReadonlyMap<string, string>> {
    const containers = await docker.containers({ labels: [`nasiko.stack=${this.name}`] });
    return new Map(containers.map(({ Names, Id }) => [Names[0]?.slice(1) ?? "", Id]));
  }

  containerName(service: string): string {
    return `nasiko-${this.name}-${service}`;
  }

  /** Removes everything. */
  async discard(): Promise<Outcome> {
    const down = ["--stack", this.name, "local", "down", "--volumes", "--yes"];
    const outcome = await run(join(ROOT, "nasiko"), down, this.environment(), LONGEST_END);
    rmSync(this.work, { recursive: true });
    rmSync(this.home, { recursive: true });
    rmSync(this.#config, { force: true });
    return outcome;
  }

  /**
   * Removes everything, and proves it: the engine has nothing that it had not before, other stacks apart. What somebody
   * else builds on it meanwhile comes and goes.
   */
  async remove(): Promise<void> {
    const outcome = await this.discard();
    expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
    await vi.waitFor(
      async () => {
        const added = addedTo(this.#before, await engineObjects(this.name));
        expect(added).toEqual({ containers: [], networks: [], volumes: [] });
      },
      { timeout: 60_000, interval: 1000 },
    );
  }
}

export interface EngineObjects {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** Of those that are there now the ones that were not. */
const addedTo = (before: EngineObjects, now: EngineObjects): EngineObjects => ({
  containers: now.containers.filter((name) => !before.containers.includes(name)),
  networks: now.networks.filter((name) => !before.networks.includes(name)),
  volumes: now.volumes.filter((name) => !before.volumes.includes(name)),
});

/**
 * Names of all objects on the engine, whoever they belong to; but not those of other stacks, which come and go by
 * themselves when several people or tests use one engine.
 * @param stack the stack that counts as ours
 */
export async function engineObjects(stack: string): Promise<EngineObjects> {
  const [containers, networks, volumes] = await Promise.all([
    docker.containers({}),
    docker.networks({}),
    docker.volumes({}),
  ]);
  const counts = ({
    Labels,
  }: {
    readonly Labels?: Readonly<Record<string, string>> | null | undefined;
  }): boolean => [undefined, stack].includes(Labels?.[LABEL.stack]);
  return {
    containers: containers
      .filter(counts)
      .map(({ Names }) => Names[0] ?? "")
      .toSorted(),
    networks: networks
      .filter(counts)
      .map(({ Name }) => Name)
      .toSorted(),
    volumes: volumes
      .filter(counts)
      .map(({ Name }) => Name)
      .toSorted(),
  };
}

/** Milliseconds: on a new machine a first start builds everything there is. */
const LONGEST_COMMAND = 2_000_000;
/** Milliseconds: nothing is built for it. */
const LONGEST_END = 600_000;

export async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  longest = LONGEST_COMMAND,
): Promise<Outcome> {
  // What hangs is ended from outside, so that a test can show what it had said.
  const child = spawn(program, args, {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: longest,
    killSignal: "SIGKILL",
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve(code ?? -1));
  });
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** A port offset at which the default ports are free. */
async function freeOffset(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const offset = 2000 + Math.floor(Math.random() * 40_000);
    if ((await isFree(9100 + offset)) && (await isFree(8080 + offset))) return offset;
  }
  throw new Error("no free ports");
}

const isFree = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server
      .once("error", () => resolve(false))
      .listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
