import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import type { RunResult } from "../../engine/core/engine.ts";
import { preview } from "../../engine/core/engine.ts";
import { createDockerClient } from "../../engine/providers/docker/client.ts";
import { importBusybox, sweep } from "../integration/engine/providers/docker/busybox.ts";
import { carryOut, checkpointOf, type CrashRun, crashOptions } from "./crash-options.ts";
import type { CrashPoint } from "./crash-points.ts";
import { expectValidCheckpoint } from "../support/deployment-schema.ts";

type Wish = Pick<CrashRun, "verb" | "version">;

const VERSION = { "1": ["web-1"], "2": ["web-2"] } as const;

/** The tiny stack on the real engine, and what must be true of it. */
export class CrashStack {
  readonly #name: string;
  readonly #base: string;
  readonly #client = createDockerClient({ host: process.env["DOCKER_HOST"] });
  #home = "";

  private constructor(name: string, base: string) {
    this.#name = name;
    this.#base = base;
  }

  static async create(suffix: string): Promise<CrashStack> {
    const name = `crash-${suffix}-${process.pid}`;
    const base = await importBusybox(createDockerClient({ host: process.env["DOCKER_HOST"] }));
    return new CrashStack(name, base);
  }

  /** Forgets everything: the next run is the first one. */
  fresh(): void {
    this.#forget();
    this.#home = mkdtempSync(join(tmpdir(), "nasiko-crash-"));
  }

  /** Runs in a process that kills itself at the point. @returns false when it came to its end without */
  async killedAt(point: CrashPoint, wish: Wish): Promise<boolean> {
    const argument = JSON.stringify({ run: this.#run(wish), point });
    const script = join(import.meta.dirname, "killed-run.ts");
    const child = spawn(process.execPath, [script, argument], { stdio: ["ignore", "inherit", "inherit"] });
    const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve, reject) => {
      child.on("error", reject).on("close", (...end) => resolve(end));
    });
    if (signal !== "SIGKILL") expect(code, "a run that was not killed succeeds").toBe(0);
    return signal === "SIGKILL";
  }

  /**
   * Runs with files limited to so many blocks of 512 bytes (1024 where sh is bash), as on a disk that fills up.
   * @returns the codes of what went wrong
   */
  async onFullDisk(blocks: number, wish: Wish): Promise<readonly string[]> {
    const argument = JSON.stringify({ run: this.#run(wish) });
    const script = join(import.meta.dirname, "killed-run.ts");
    const shell = 'ulimit -f "$1" && shift && exec "$@"';
    const command = ["-c", shell, "sh", String(blocks), process.execPath, script, argument];
    const child = spawn("sh", command, {
      // Node's cache of compiled code is not what this is about.
      env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
      stdio: ["ignore", "inherit", "pipe"],
    });
    const [code, said] = await Promise.all([
      new Promise((resolve) => child.on("close", resolve)),
      text(child.stderr),
    ]);
    if (code === 0) return [];
    const last = said.trim().split("\n").at(-1) ?? "";
    const diagnostics = JSON.parse(last) as RunResult["diagnostics"];
    return [...new Set(diagnostics.flatMap(({ problem }) => problem?.code ?? []))];
  }

  /** The run after the crash: it succeeds, and the next one would find nothing to do. */
  async converge(wish: Wish): Promise<void> {
    const result = await carryOut(this.#run(wish));
    expect(problems(result), wish.verb).toEqual([]);
    expect(result.outcome).toBe("succeeded");
    expectValidCheckpoint(checkpointOf(this.#run(wish)));
    expect(await this.objects()).toEqual(this.#expected(wish));
    if (wish.verb === "destroy") return;
    const again = await preview(crashOptions(this.#run(wish)));
    expect(again.steps.filter(({ operation }) => operation !== "same")).toEqual([]);
  }

  /** Names of all that carries the stack's label, shortened. */
  async objects(): Promise<readonly string[]> {
    const labels = [`nasiko.stack=${this.#name}`];
    const [containers, networks, volumes] = await Promise.all([
      this.#client.containers({ labels }),
      this.#client.networks({ labels }),
      this.#client.volumes({ labels }),
    ]);
    const names = [
      ...containers.map(({ Names, State }) => `${Names[0]?.slice(1) ?? ""} ${State}`),
      ...networks.map(({ Name }) => Name),
      ...volumes.map(({ Name }) => Name),
    ];
    return names.map((name) => name.replace(`nasiko-${this.#name}-`, "")).toSorted();
  }

  /** What the job wrote into the volume the first time it ran. */
  async data(): Promise<string> {
    const signal = new AbortController().signal;
    const id = `nasiko-${this.#name}-database`;
    const { output } = await this.#client.exec(id, ["cat", "/data/first"], { timeout: 20_000, signal });
    return output.trim();
  }

  /** When Docker made the volume: another time is another volume. */
  async volumeMadeAt(): Promise<unknown> {
    const volume = await this.#client.volume(`nasiko-${this.#name}-data`);
    return volume === undefined ? undefined : Reflect.get(volume, "CreatedAt");
  }

  /** Memory of the container that is changed in place, in MiB. */
  async memoryOfSide(): Promise<number> {
    const inspect = await this.#client.container(`nasiko-${this.#name}-side`);
    return (inspect?.HostConfig.Memory ?? 0) / 1024 / 1024;
  }

  async remove(): Promise<void> {
    this.#forget();
    const images = ["1", "2"].map((version) => `nasiko-test/${this.#name}:${version}`);
    await sweep(this.#client, this.#name, [...images, this.#base]);
  }

  #expected({ verb, version }: Wish): readonly string[] {
    if (verb === "destroy") return [];
    if (verb === "down") return ["data"];
    const services = ["database", "side", ...VERSION[version]].map((name) => `${name} running`);
    return ["data", "job exited", "network", ...services].toSorted();
  }

  #run(wish: Wish): CrashRun {
    return { ...wish, home: this.#home, stack: this.#name, base: this.#base };
  }

  #forget(): void {
    if (this.#home !== "") rmSync(this.#home, { recursive: true });
    this.#home = "";
  }
}

function problems({ diagnostics }: RunResult): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}
