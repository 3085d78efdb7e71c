import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";

import { contextUnreadable } from "./errors.ts";

/** Why a file cannot be read, in words; others keep the system's name. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ELOOP: "it is a link that leads back to itself",
};

/** Bytes of the largest file that is read whole: people write them by hand, and a parser has to get through. */
const LARGEST_FILE = 1024 * 1024;

/**
 * @returns undefined when there is no such file
 * @throws NSK-CONTEXT-UNREADABLE, also for what is no file or a very large one
 */
export function readBytes(path: string): Buffer | undefined {
  try {
    // Without O_NONBLOCK, a named pipe would wait for ever for somebody to write into it.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readWhole(descriptor, path);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === contextUnreadable.code) throw error;
    throw contextUnreadable({ path, reason: REASONS[code] ?? code }, error);
  }
}

/** Names of what is in a folder. @throws NSK-CONTEXT-UNREADABLE */
export function readNames(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    const code = codeOf(error);
    throw contextUnreadable({ path, reason: REASONS[code] ?? code }, error);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

function readWhole(descriptor: number, path: string): Buffer {
  const stat = fstatSync(descriptor);
  if (stat.isDirectory()) throw contextUnreadable({ path, reason: "it is a directory" });
  // A device has no end.
  if (!stat.isFile()) throw contextUnreadable({ path, reason: "it is no file" });
  if (stat.size > LARGEST_FILE)
    throw contextUnreadable({ path, reason: `it is larger than ${LARGEST_FILE / 1024} KiB` });
  return readFileSync(descriptor);
}

/** The same as text. */
export const readOptional = (path: string): string | undefined => readBytes(path)?.toString("utf8");
