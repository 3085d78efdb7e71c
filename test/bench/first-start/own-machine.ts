import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createDockerClient } from "../../../engine/providers/docker/client.ts";

const CGROUPS = "/sys/fs/cgroup";
/** Of the two ends of the wire; nothing else on a machine is likely to be in this corner of 10.0.0.0/8. */
const [OUTSIDE, INSIDE] = ["10.213.77.1", "10.213.77.2"];

/**
 * A machine with a Docker engine that has nothing yet: network, processes, mounts and /run of its own, so that it and
 * the machine's engine cannot get at each other; a wire leads out. Everything that runs in it ends with it.
 */
export interface OwnMachine {
  /** Of its engine, in the form of DOCKER_HOST; reachable from outside as well. */
  readonly host: string;
  /** Milliseconds from the start of the engine until it answered. */
  readonly boot: number;
  /** A command that runs another one where the ports of its containers are. */
  readonly within: (program: string, ...args: readonly string[]) => readonly [string, readonly string[]];
  readonly remove: () => Promise<void>;
}

/** Why there can be no such machine here; undefined when there can. */
export function whyNoMachine(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return "a machine of its own needs Linux and root";
  const missing = ["dockerd", "unshare", "nsenter", "ip", "iptables"].filter((tool) => !isThere(tool));
  return missing.length === 0 ? undefined : `missing: ${missing.join(", ")}`;
}

/** @param folder an empty one, for all that the engine keeps */
export async function bootMachine(folder: string): Promise<OwnMachine> {
  const name = `nskb${process.pid}`.slice(0, 15);
  const host = `unix://${join(folder, "docker.sock")}`;
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, "dockerd.log"), "a");
  const child = spawn(
    "unshare",
    [
      ...["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"],
      // The engine begins when the wire is there.
      ...["sh", "-c", 'mount -t tmpfs tmpfs /run && ip link set lo up && read -r _ && exec dockerd "$@"'],
      ...["dockerd", "--host", host, "--data-root", join(folder, "data")],
      ...["--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", `/${name}`],
    ],
    { stdio: ["pipe", log, log] },
  );
  closeSync(log);
  const machine = { name, folder, child };
  try {
    const init = await firstProcess(child);
    plugIn(name, init);
    const started = performance.now();
    child.stdin?.end("begin\n");
    await untilItAnswers(machine, host);
    return {
      host,
      boot: performance.now() - started,
      within: (program, ...args) => ["nsenter", [`--net=/proc/${init}/ns/net`, "--", program, ...args]],
      remove: () => scrap(machine),
    };
  } catch (error) {
    await scrap(machine);
    throw error;
  }
}

interface Machine {
  readonly name: string;
  readonly folder: string;
  readonly child: ChildProcess;
}

async function untilItAnswers({ child, folder }: Machine, host: string): Promise<void> {
  const client = createDockerClient({ host });
  for (;;) {
    const answers = await client.ping().then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (child.exitCode !== null)
      throw new Error(`the engine did not start: ${readFileSync(join(folder, "dockerd.log"), "utf8")}`);
    await sleep(20);
  }
}

/** Its first process, as this machine counts, once it is in a network of its own. */
async function firstProcess({ pid, exitCode }: ChildProcess): Promise<number> {
  const children = `/proc/${pid ?? ""}/task/${pid ?? ""}/children`;
  for (;;) {
    const init = Number(readFileSync(children, "utf8"));
    if (init > 0) return init;
    if (exitCode !== null) throw new Error("unshare did not start");
    await sleep(5);
  }
}

const FORWARD = (name: string): readonly (readonly string[])[] => [
  ["-t", "nat", "POSTROUTING", "-s", INSIDE, "-j", "MASQUERADE"],
  ["-t", "filter", "FORWARD", "-i", name, "-j", "ACCEPT"],
  ["-t", "filter", "FORWARD", "-o", name, "-j", "ACCEPT"],
];

/** Lays the wire, and lets what comes through it out of this machine. */
function plugIn(name: string, init: number): void {
  const inside = (...args: readonly string[]): void =>
    run("nsenter", `--net=/proc/${init}/ns/net`, "--", "ip", ...args);
  run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", String(init));
  run("ip", "address", "add", `${OUTSIDE}/30`, "dev", name);
  run("ip", "link", "set", name, "up");
  inside("address", "add", `${INSIDE}/30`, "dev", "eth0");
  inside("link", "set", "eth0", "up");
  inside("route", "add", "default", "via", OUTSIDE);
  for (const [t = "", table = "", chain = "", ...rule] of FORWARD(name))
    run("iptables", t, table, "-I", chain, ...rule);
}

async function scrap({ name, folder, child }: Machine): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
  // The wire went with its other end; its rules did not.
  for (const [t = "", table = "", chain = "", ...rule] of FORWARD(name))
    attempt("iptables", t, table, "-D", chain, ...rule);
  attempt("ip", "link", "delete", name);
  for (const group of groupsNamed(name)) await removeGroup(group);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** The last processes in it may be ending just now. */
async function removeGroup(folder: string): Promise<void> {
  for (let round = 0; round < 50; round++) {
    try {
      rmdirSync(folder);
      return;
    } catch {
      await sleep(100);
    }
  }
}

/** Control groups of its containers, innermost first. */
const groupsNamed = (name: string): readonly string[] =>
  readdirSync(CGROUPS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((folder) => folder.split("/").includes(name))
    .toSorted((left, right) => right.length - left.length);

const run = (program: string, ...args: readonly string[]): void =>
  void execFileSync(program, args, { stdio: "pipe" });

/** What was never laid need not be taken away. */
function attempt(program: string, ...args: readonly string[]): void {
  try {
    run(program, ...args);
  } catch {
    // It is not there.
  }
}

function isThere(program: string): boolean {
  try {
    run("sh", "-c", `command -v ${program}`);
    return true;
  } catch {
    return false;
  }
}
