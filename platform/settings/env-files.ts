import { readFileSync, statSync } from "node:fs";

/** Env files of the folder, first one wins; they count for the stack `local` only. */
export const ENV_FILES: readonly string[] = [".nasiko.env", ".nasiko-local.env", ".env"];

/** Bytes of an env file. */
const LARGEST_FILE = 256 * 1024;
/** Empty lines in a row: the library looks through all that follow, at each of them. */
const MOST_EMPTY_LINES = 1000;

/**
 * The text of an env file.
 * @throws Error in words for people, also for what is no file or one that no parser gets through
 */
export function readEnvText(file: string): string {
  // A device has no end, and a named pipe no beginning.
  const status = statSync(file);
  if (!status.isFile()) throw new Error("it is no file");
  if (status.size > LARGEST_FILE) throw new Error(`it is larger than ${LARGEST_FILE / 1024} KiB`);
  const text = readFileSync(file, "utf8");
  let empty = 0;
  for (const line of text.split(/[\r\n]/)) {
    empty = line.trim() === "" ? empty + 1 : 0;
    if (empty > MOST_EMPTY_LINES)
      throw new Error(`it has more than ${MOST_EMPTY_LINES} empty lines in a row`);
  }
  return text;
}
