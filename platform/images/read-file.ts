import { readFileSync } from "node:fs";

import { contextUnreadable } from "./errors.ts";

/** Why a file cannot be read, in words; others keep the system's name. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ELOOP: "it is a link that leads back to itself",
};

/**
 * @returns undefined when there is no such file
 * @throws NSK-CONTEXT-UNREADABLE
 */
export function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw contextUnreadable({ path, reason: REASONS[code] ?? code }, error);
  }
}

/** The same as text. */
export const readOptional = (path: string): string | undefined => readBytes(path)?.toString("utf8");
