import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { StackAddress } from "./backend.ts";
import { backendPaths, isMissing, makeFolder, writing } from "./backend.ts";
import { stateLocked } from "./errors.ts";
import { type LockFile, type LockHolder, parseLock } from "./lock-file.ts";
import { processIdentity } from "./process-identity.ts";

/** What the existing locks mean for someone who wants the stack. */
export type LockStatus =
  | { readonly kind: "free"; readonly stale: readonly LockFile[] }
  | {
      readonly kind: "held";
      readonly file: string;
      readonly holder: LockHolder;
      readonly elsewhere: boolean;
    };

/** Who asks, and what can be known about processes of the own host. */
export interface LockSeeker {
  readonly hostname: string;
  isAlive(pid: number): boolean;
  /** What `process` of a lock would be for the process that has the number now. */
  identityOf(pid: number): string | undefined;
  /** Locks that this very process holds: its pid is alive, and the lock is real. */
  readonly own: ReadonlySet<string>;
  readonly pid: number;
}

/** Decides whether a stack can be had: locks of dead processes on this host are stale, all others hold. */
export function lockStatus(locks: readonly LockFile[], seeker: LockSeeker): LockStatus {
  const stale: LockFile[] = [];
  for (const lock of locks) {
    const { file, holder } = lock;
    if (holder === undefined) {
      stale.push(lock);
      continue;
    }
    const elsewhere = holder.hostname !== seeker.hostname;
    // In a container the pid of a killed run may be our own: then the lock is ours only if we know of it.
    const alive =
      holder.pid === seeker.pid ? seeker.own.has(file) : elsewhere || isHolderAlive(holder, seeker);
    if (elsewhere || alive) return { kind: "held", file, holder, elsewhere };
    stale.push(lock);
  }
  return { kind: "free", stale };
}

/** After a restart of the machine the number of a killed run is soon another process's. */
function isHolderAlive(holder: LockHolder, seeker: LockSeeker): boolean {
  if (!seeker.isAlive(holder.pid)) return false;
  const now = seeker.identityOf(holder.pid);
  return holder.process === undefined || now === undefined || now === holder.process;
}

/** The right to change a stack. */
export interface StackLock {
  /** Locks of dead processes that were removed on the way. */
  readonly removed: readonly LockFile[];
  release(): Promise<void>;
}

const ownLocks = new Set<string>();

/**
 * Locks a stack as Pulumi does: a file of its own, and a second look for whoever came at the same moment.
 * @throws NSK-STATE-LOCKED, NSK-STATE-UNWRITABLE
 */
export async function acquireLock(address: StackAddress): Promise<StackLock> {
  const folder = backendPaths(address).locks;
  await writing(folder, () => makeFolder(folder));
  const removed = await clearStale(folder, address.stack);
  const file = join(folder, `${randomUUID()}.json`);
  const identity = await processIdentity(process.pid);
  const holder: LockHolder = {
    pid: process.pid,
    username: accountName(),
    hostname: hostname(),
    timestamp: new Date().toISOString(),
    ...(identity !== undefined && { process: identity }),
  };
  // Written aside first: whoever looks in between must not take an empty file for a stale lock.
  await writing(file, async () => {
    await writeFile(`${file}.tmp`, JSON.stringify(holder), { mode: 0o600 });
    await rename(`${file}.tmp`, file);
  });
  ownLocks.add(file);
  const release = async (): Promise<void> => {
    ownLocks.delete(file);
    await rm(file, { force: true });
  };
  try {
    await clearStale(folder, address.stack, file);
  } catch (error) {
    await release();
    throw error;
  }
  return { removed, release };
}

async function clearStale(folder: string, stack: string, except?: string): Promise<readonly LockFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const locks = await Promise.all(names.map((name) => readLock(join(folder, name))));
  const others = locks.flat().filter(({ file }) => file !== except);
  const pids = others.flatMap(({ holder }) => holder?.pid ?? []);
  const identities = new Map(
    await Promise.all(pids.map(async (pid) => [pid, await processIdentity(pid)] as const)),
  );
  const identityOf = (pid: number): string | undefined => identities.get(pid);
  const status = lockStatus(others, {
    hostname: hostname(),
    pid: process.pid,
    own: ownLocks,
    isAlive,
    identityOf,
  });
  if (status.kind === "held") throw stateLocked({ stack, ...status });
  await Promise.all(status.stale.map(({ file }) => rm(file, { force: true })));
  return status.stale;
}

async function readLock(file: string): Promise<readonly LockFile[]> {
  try {
    return [{ file, holder: parseLock(await readFile(file, "utf8")) }];
  } catch (error) {
    // Released between listing and reading.
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A container may run as a number that no user of it has; the name is for people only. */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
