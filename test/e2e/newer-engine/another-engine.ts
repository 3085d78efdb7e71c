/**
 * A second Docker engine of a newer version, from Debian's packages: with a root, a socket and namespaces of its own, so
 * that nothing of it is left when its first process ends.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createDockerClient, type DockerClient } from "../../../engine/providers/docker/client.ts";

/** Suite of Debian that has Docker 28. */
const SUITE = "forky";
const PACKAGES = ["docker.io", "containerd"];
/** What has to be on the machine to run it. */
const TOOLS = ["unshare", "nsenter", "ip", "iptables", "runc", "apt-get", "dpkg-deb"];

export interface AnotherEngine {
  readonly docker: DockerClient;
  /** In the form of DOCKER_HOST. */
  readonly host: string;
  /** What to put before a command that has to reach the ports that it publishes. */
  readonly inside: readonly string[];
  stop(): Promise<void>;
}

export interface EngineRequest {
  /** Oldest version of the API that it speaks, e.g. "1.44". */
  readonly oldestApi: string;
}

/** Folder with the programs of the engine; undefined where they cannot be had, or not be run. */
export function fetchEngine(): string | undefined {
  const isPossible =
    process.platform === "linux" &&
    process.getuid?.() === 0 &&
    TOOLS.every((tool) => succeeds("sh", ["-c", `command -v ${tool}`]));
  if (!isPossible) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "nasiko-engine-"));
  const programs = join(folder, "root");
  return download(folder, programs) ? programs : undefined;
}

/** From where this machine gets its own packages, without a trace in its lists of them. */
function download(folder: string, programs: string): boolean {
  for (const name of ["lists/partial", "cache/archives/partial", "packages"])
    mkdirSync(join(folder, name), { recursive: true });
  const targets = spawnSync("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
  const mirror = targets.stdout
    .toString()
    .split("\n")
    .find((uri) => /\/debian\/?$/.test(uri));
  if (mirror === undefined) return false;
  writeFileSync(join(folder, "sources.list"), `deb ${mirror} ${SUITE} main\n`);
  writeFileSync(join(folder, "status"), "");
  const settings = {
    "Dir::Etc::sourcelist": join(folder, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::lists": join(folder, "lists"),
    "Dir::State::status": join(folder, "status"),
    "Dir::Cache": join(folder, "cache"),
    "APT::Sandbox::User": "root",
  };
  const apt = (...args: readonly string[]): boolean =>
    succeeds(
      "apt-get",
      [...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]), ...args],
      join(folder, "packages"),
    );
  if (!apt("update", "-qq") || !apt("download", "-qq", ...PACKAGES)) return false;
  const packages = readdirSync(join(folder, "packages"));
  return packages.every((file) => succeeds("dpkg-deb", ["-x", join(folder, "packages", file), programs]));
}

const succeeds = (program: string, args: readonly string[], cwd?: string): boolean =>
  spawnSync(program, args, { cwd, stdio: "ignore" }).status === 0;

/** In namespaces of its own: what it mounts, starts and configures for networks goes with them. */
const START = [
  "set -e",
  "ip link set lo up",
  'export PATH="$PROGRAMS/usr/bin:$PROGRAMS/usr/sbin:$PATH"',
  'exec dockerd --data-root "$FOLDER/data" --exec-root "$FOLDER/run" --pidfile "$FOLDER/pid" ' +
    '--host "unix://$FOLDER/docker.sock" --cgroup-parent "/$(basename "$FOLDER")" --feature containerd-snapshotter',
].join("\n");

/** Starts it, with images in containerd's own store. @throws Error with its last words when it does not answer */
export async function startEngine(programs: string, { oldestApi }: EngineRequest): Promise<AnotherEngine> {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-engine-run-"));
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];
  const log: string[] = [];
  const first = spawn("unshare", [...namespaces, "--propagation", "private", "sh", "-c", START], {
    env: { ...process.env, PROGRAMS: programs, FOLDER: folder, DOCKER_MIN_API_VERSION: oldestApi },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<void>((resolve) => first.once("close", () => resolve()));
  first.stderr.on("data", (chunk: Buffer) => log.push(chunk.toString()));
  const host = `unix://${join(folder, "docker.sock")}`;
  const docker = createDockerClient({ host });
  const stop = async (): Promise<void> => {
    first.kill("SIGKILL");
    await ended;
    // The kernel takes the mounts away with the last process; until then folders are busy.
    for (let attempt = 0; existsSync(folder) && attempt < 50; attempt++) {
      try {
        rmSync(folder, { recursive: true });
      } catch {
        await sleep(200);
      }
    }
    removeCgroups(basename(folder));
    rmSync(join(programs, ".."), { recursive: true, force: true });
  };
  while (first.exitCode === null) {
    try {
      await docker.ping();
      return { docker, host, inside: ["nsenter", "--net", "--target", daemonPid(first.pid), "--"], stop };
    } catch {
      await sleep(200);
    }
  }
  await stop();
  throw new Error(log.join("").slice(-2000));
}

/** Empty folders by now, which the kernel leaves to whoever made them. */
function removeCgroups(name: string): void {
  const all = ["/sys/fs/cgroup", "-depth", "-type", "d", "-path", `*/${name}*`, "-exec", "rmdir", "{}", ";"];
  spawnSync("find", all, { stdio: "ignore" });
}

/** The child of the process that made the namespaces: it is in them. */
function daemonPid(parent: number | undefined): string {
  const children = readFileSync(`/proc/${String(parent)}/task/${String(parent)}/children`, "utf8");
  return children.trim().split(" ")[0] ?? "";
}
