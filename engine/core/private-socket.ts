import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A place for a Unix socket that nobody but this user (and root) can connect to. */
export interface PrivateSocket {
  /** Absolute; nothing is there yet. */
  readonly path: string;
  /** Removes the socket and its folder. */
  remove(): void;
}

/** Bytes of a socket's path: `sun_path` has 104 on macOS and 108 on Linux, one of them for the end. */
const LONGEST_PATH = 103;
/** What mkdtemp appends. */
const RANDOM_LETTERS = 6;
/** Where everybody may make folders, and whose name is short wherever temporary files go otherwise. */
const SHORT_FOLDER = "/tmp";

/**
 * Makes a folder of mode 0700 for one socket, so that the system's own permissions say who may connect: a TCP port on
 * loopback is open to every user of the machine.
 * @param folder where to make it, unless the path would be too long for a socket. @default that of temporary files
 * @throws Error of Node when no folder can be made
 */
export function createPrivateSocket(folder = tmpdir()): PrivateSocket {
  const prefix = join(folder, "engine-");
  const fits = Buffer.byteLength(prefix) + RANDOM_LETTERS + "/socket".length <= LONGEST_PATH;
  // Made by mkdtemp: mode 0700 from the first moment on, and never a folder or link that was there before.
  const made = mkdtempSync(fits ? prefix : join(SHORT_FOLDER, "engine-"));
  return { path: join(made, "socket"), remove: () => rmSync(made, { recursive: true, force: true }) };
}
