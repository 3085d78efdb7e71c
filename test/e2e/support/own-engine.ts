import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { vi } from "vitest";

import { createDockerClient, type DockerClient } from "../../../engine/providers/docker/client.ts";

const CGROUPS = "/sys/fs/cgroup";
/** What every limit here ends is a wait that would never end. */
const PATIENCE = { timeout: 300_000, interval: 200 };

/**
 * A Docker engine that a test may stop and kill: a machine of its own as far as processes, mounts, /run and networks
 * go, so that it and the machine's engine cannot get at each other, and nothing outlives it. Published ports are
 * reachable from within only. Needs root.
 */
export class OwnEngine {
  readonly #folder = mkdtempSync(join(tmpdir(), "nasiko-engine-"));
  readonly #cgroup = `nasiko-test-${process.pid}`;
  readonly client: DockerClient;
  #machine: ChildProcess | undefined;

  constructor() {
    this.client = createDockerClient({ host: this.host });
  }

  /** In the form of DOCKER_HOST. */
  get host(): string {
    return `unix://${join(this.#folder, "docker.sock")}`;
  }

  /** Boots the machine; its engine answers then. */
  async start(): Promise<void> {
    const log = openSync(join(this.#folder, "dockerd.log"), "a");
    const boot = 'mount -t tmpfs tmpfs /run && ip link set lo up && exec dockerd "$@"';
    const engine = [
      ...["--host", this.host],
      ...["--data-root", join(this.#folder, "data")],
      ...["--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", `/${this.#cgroup}`],
    ];
    const machine = spawn(
      "unshare",
      [
        ...["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"],
        ...["sh", "-c", boot, "dockerd", ...engine],
      ],
      { stdio: ["ignore", log, log] },
    );
    closeSync(log);
    this.#machine = machine;
    await vi.waitUntil(async () => {
      if (machine.exitCode !== null) throw new Error(`the engine did not start: ${this.#lastWords()}`);
      return this.client.ping().then(
        () => true,
        () => false,
      );
    }, PATIENCE);
  }

  /** Asks the engine to stop, as a service manager does: it stops every container first. */
  async shutDown(): Promise<void> {
    const machine = this.#running();
    process.kill(this.#init(machine), "SIGTERM");
    await ended(machine);
  }

  /** Everything stops where it is, without a word. */
  async cutPower(): Promise<void> {
    const machine = this.#running();
    const init = this.#init(machine);
    machine.kill("SIGKILL");
    await ended(machine);
    // It ends when the last process of its machine has.
    await vi.waitUntil(() => !isAlive(init), PATIENCE);
  }

  /** Copies images from the machine's engine. */
  takeImages(references: readonly string[]): void {
    const archive = join(this.#folder, "images.tar");
    execFileSync("docker", ["save", "--output", archive, ...references], { stdio: "pipe" });
    execFileSync("docker", ["--host", this.host, "load", "--input", archive], { stdio: "pipe" });
    rmSync(archive);
  }

  async remove(): Promise<void> {
    if (this.#machine?.exitCode === null && this.#machine.signalCode === null) await this.cutPower();
    for (const folder of cgroupsNamed(this.#cgroup)) rmdirSync(folder);
    rmSync(this.#folder, { recursive: true });
  }

  #running(): ChildProcess {
    if (this.#machine === undefined) throw new Error("the engine was not started");
    return this.#machine;
  }

  /** The first process of the machine, which is the engine, as this machine counts. */
  #init({ pid }: ChildProcess): number {
    return Number(readFileSync(`/proc/${pid ?? ""}/task/${pid ?? ""}/children`, "utf8"));
  }

  #lastWords(): string {
    return readFileSync(join(this.#folder, "dockerd.log"), "utf8").split("\n").slice(-10).join("\n");
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What is left of a control group when the containers in it were killed from outside; innermost first. */
function cgroupsNamed(name: string): readonly string[] {
  return readdirSync(CGROUPS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((folder) => folder.split("/").includes(name))
    .toSorted((left, right) => right.length - left.length);
}
