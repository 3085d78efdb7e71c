import * as fs from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { stateUnreadable, stateUnwritable } from "./errors.ts";

const META = "version: 1\n";
const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const;
const META_VERSION = /^version:\s*(\d+)\s*$/m;

/** Which stack in which backend folder. */
export interface StackAddress {
  /** The backend folder, absolute; `PULUMI_BACKEND_URL` would be `file://<home>`. */
  readonly home: string;
  readonly project: string;
  readonly stack: string;
}

/** Where Pulumi's file backend keeps a stack. */
export interface BackendPaths {
  readonly meta: string;
  readonly checkpoint: string;
  readonly locks: string;
  readonly history: string;
}

export function backendPaths({ home, project, stack }: StackAddress): BackendPaths {
  const root = join(home, ".pulumi");
  return {
    meta: join(root, "meta.yaml"),
    checkpoint: join(root, "stacks", project, `${stack}.json`),
    locks: join(root, "locks", "organization", project, stack),
    history: join(root, "history", project, stack),
  };
}

/**
 * Text of a stack's checkpoint, or undefined when there is no such stack.
 * @throws NSK-STATE-UNREADABLE when the folder was written by another version of the backend, or compressed, or may
 *   not be read
 */
export async function readCheckpoint(address: StackAddress): Promise<string | undefined> {
  const { meta, checkpoint } = backendPaths(address);
  const version = META_VERSION.exec((await readIfThere(meta)) ?? META)?.[1];
  if (version !== "1")
    throw stateUnreadable({
      file: meta,
      why: `The backend's version is ${version ?? "missing"}, known is 1.`,
      remedy: { id: "use-newer-version" },
    });
  const text = await readIfThere(checkpoint);
  if (text !== undefined) return text;
  for (const extension of [".gz", ".zst"])
    if (fs.existsSync(checkpoint + extension))
      throw stateUnreadable({
        file: checkpoint + extension,
        why: "It is compressed.",
        remedy: { id: "decompress-state" },
      });
  return undefined;
}

/**
 * Puts a new checkpoint in place, whole or not at all; the one before becomes `.bak`.
 * @throws NSK-STATE-UNWRITABLE; both files are as they were
 */
export async function writeCheckpoint(address: StackAddress, text: string): Promise<void> {
  const { meta, checkpoint } = backendPaths(address);
  await writing(checkpoint, async () => {
    fs.mkdirSync(dirname(checkpoint), PRIVATE_FOLDER);
    if (!fs.existsSync(meta)) await writeWhole(meta, META);
    await writeWhole(checkpoint, text, `${checkpoint}.bak`);
  });
}

/** @throws NSK-STATE-UNWRITABLE for what the file system says to `work` */
export async function writing<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw stateUnwritable({ file, folder: dirname(file), why: error.message }, error);
  }
}

/** Creates a folder that only its owner can look into, with its parents. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, PRIVATE_FOLDER);
}

/** Resolves when a file, or the names in a folder, are on the disk. */
const onDisk = promisify(fs.fsync);

/**
 * Only the disk is waited for: every step waits for its saves, and on a busy machine each further pause between two
 * calls would take longer than the calls do.
 * @param backup what the file was before is kept there. @default it is not kept
 */
async function writeWhole(path: string, text: string, backup?: string): Promise<void> {
  // One fixed name: the lock makes us the only writer, and a crash leaves one such file at most.
  const temporary = `${path}.tmp`;
  const file = fs.openSync(temporary, "w", 0o600);
  try {
    fs.writeFileSync(file, text);
    await onDisk(file);
  } catch (error) {
    // Half a file helps nobody, and may be what fills the disk.
    fs.rmSync(temporary, { force: true });
    throw error;
  } finally {
    fs.closeSync(file);
  }
  if (backup !== undefined && fs.existsSync(path)) keep(path, backup);
  fs.renameSync(temporary, path);
  const folder = fs.openSync(dirname(path), "r");
  try {
    await onDisk(folder);
  } finally {
    fs.closeSync(folder);
  }
}

/** Gives a file a second name: it is about to be replaced, not written to, so this needs no room on the disk. */
function keep(path: string, backup: string): void {
  const temporary = `${backup}.tmp`;
  fs.rmSync(temporary, { force: true });
  try {
    fs.linkSync(path, temporary);
  } catch {
    // Some file systems know no second names.
    fs.copyFileSync(path, temporary);
  }
  fs.renameSync(temporary, backup);
}

/** Bytes; a stack of a thousand containers has some ten millions. */
const LARGEST_STATE = 256 * 1024 * 1024;

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > LARGEST_STATE)
      throw stateUnreadable({ file: path, why: `It is larger than ${LARGEST_STATE / 1024 / 1024} MiB.` });
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (!isSystemError(error)) throw error;
    throw stateUnreadable({ file: path, why: error.message, remedy: { id: "give-access", path } }, error);
  }
}

/** Whether it is the file system that says no. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

/** Whether a file operation failed because there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
