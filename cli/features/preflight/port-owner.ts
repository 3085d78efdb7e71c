import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

import { runCommand } from "../../lib/run-command.ts";

/** A process that listens on a port. */
export interface PortProcess {
  readonly pid: number;
  readonly command: string;
}

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = "0A";

/**
 * The process that listens on a TCP port of this machine, as far as /proc shows it, or lsof where there is no /proc;
 * other users' processes stay unnamed.
 */
export async function findPortProcess(port: number): Promise<PortProcess | undefined> {
  return existsSync("/proc/net/tcp") ? fromProc(port) : fromLsof(port);
}

async function fromLsof(port: number): Promise<PortProcess | undefined> {
  const listing = await outputOf("lsof", "-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fp");
  const pid = /^p(\d+)$/m.exec(listing)?.[1];
  if (pid === undefined) return undefined;
  const command = await outputOf("ps", "-o", "command=", "-p", pid);
  return { pid: Number(pid), command: command.trim() };
}

/** Milliseconds; without an answer the process stays unnamed. */
const PATIENCE = 5000;

/** Nothing when the program is not there, or fails. */
async function outputOf(program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { exitCode, output } = await runCommand(program, args, { timeout: PATIENCE });
    return exitCode === 0 ? output : "";
  } catch {
    return "";
  }
}

function fromProc(port: number): PortProcess | undefined {
  const inodes = new Set(
    ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => listeningInodes(read(file), port)),
  );
  if (inodes.size === 0) return undefined;
  const pid = processes().find((candidate) => socketsOf(candidate).some((inode) => inodes.has(inode)));
  if (pid === undefined) return undefined;
  return { pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim() };
}

/** Socket inodes that listen on a port, from the text of /proc/net/tcp or tcp6. */
export function listeningInodes(text: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === LISTEN)
    .flatMap((fields) => fields[9] ?? []);
}

const processes = (): readonly string[] => entries("/proc").filter((name) => /^\d+$/.test(name));

function socketsOf(pid: string): readonly string[] {
  return entries(`/proc/${pid}/fd`).flatMap((fd) => {
    const match = /^socket:\[(\d+)\]$/.exec(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? "");
    return match?.[1] ?? [];
  });
}

const read = (file: string): string => attempt(() => readFileSync(file, "utf8")) ?? "";
const entries = (folder: string): readonly string[] => attempt(() => readdirSync(folder)) ?? [];

/** /proc changes while it is read, and parts of it are closed to us: what cannot be read is not there. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
