import { createHash, hash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join } from "node:path";
import type { ContextEntry } from "./content-hash.ts";
import { contextChanged, contextTooLarge, contextUnreadable, contextUnsupported } from "./errors.ts";
import type { IgnoreRules } from "./ignore-rules.ts";

/**
 * Lists a build context in one walk, in the order of the paths' code units within each directory. Symbolic links
 * are listed, never followed; ignored directories are not entered unless a `!` rule could match below them.
 * Reads synchronously: for many small files that is twice as fast as 32 readers in parallel.
 *
 * @param folder absolute path of the context
 * @param limit bytes; a larger context is refused before it is read any further
 * @throws NSK-CONTEXT-UNSUPPORTED for sockets, devices, pipes, and names that are not UTF-8
 * @throws NSK-CONTEXT-UNREADABLE, NSK-CONTEXT-CHANGED naming the file, NSK-CONTEXT-TOO-LARGE
 */
export function readContext(folder: string, rules: IgnoreRules, limit = Infinity): readonly ContextEntry[] {
  const entries: ContextEntry[] = [];
  let left = limit;
  const admit = (path: string, size: number): void => {
    left -= size;
    if (left < 0) throw contextTooLarge({ folder, path, size, limit });
  };
  const walk = (directory: string): void => {
    for (const child of listDirectory(join(folder, directory))) {
      const path = directory === "" ? child.name : `${directory}/${child.name}`;
      const ignored = rules.ignores(path);
      if (!ignored) entries.push(describe(folder, path, child, admit));
      if (child.isDirectory() && (!ignored || rules.mayHoldIncluded(path))) walk(path);
    }
  };
  walk("");
  return entries;
}

/** Told the size of a file before it is read. */
type Admit = (path: string, size: number) => void;

function describe(folder: string, path: string, child: Dirent, admit: Admit): ContextEntry {
  // Not join(): it would look at every character again, which shows with ten thousand files.
  const absolute = `${folder}/${path}`;
  if (child.name.includes("\uFFFD"))
    throw contextUnsupported({ path: absolute, reason: "its name is not valid UTF-8" });
  if (child.isDirectory()) return { kind: "directory", path };
  if (child.isSymbolicLink())
    return { kind: "symlink", path, target: reading(absolute, () => readlinkSync(absolute)) };
  if (child.isFile()) return { kind: "file", path, ...digestFile(absolute, (size) => admit(path, size)) };
  throw contextUnsupported({ path: absolute, reason: `it is ${specialKind(child)}` });
}

function specialKind(child: Dirent): string {
  if (child.isSocket()) return "a socket";
  if (child.isFIFO()) return "a named pipe";
  return "a device";
}

function listDirectory(directory: string): readonly Dirent[] {
  const children = reading(directory, () => readdirSync(directory, { withFileTypes: true }));
  return children.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const CHUNK = Buffer.allocUnsafe(1 << 20);

function digestFile(
  path: string,
  admit: (size: number) => void,
): { readonly mode: "0644" | "0755"; readonly digest: string } {
  // Without O_NONBLOCK, a named pipe that took the file's place since the listing would hang the walk.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const descriptor = reading(path, () => openSync(path, flags));
  try {
    const stat = fstatSync(descriptor);
    admit(stat.size);
    const mode = (stat.mode & 0o100) === 0 ? "0644" : "0755";
    const first = CHUNK.subarray(0, readSync(descriptor, CHUNK, 0, CHUNK.length, null));
    if (first.length === stat.size && stat.size < CHUNK.length)
      return { mode, digest: hash("sha256", first) };

    const digest = createHash("sha256").update(first);
    let size = first.length;
    for (let count = first.length; count > 0; size += count) {
      count = readSync(descriptor, CHUNK);
      digest.update(CHUNK.subarray(0, count));
    }
    if (size !== stat.size) throw contextChanged({ path, reason: "changed its size" });
    return { mode, digest: digest.digest("hex") };
  } finally {
    closeSync(descriptor);
  }
}

/** Turns the file system's errors into ones that say what to do. */
function reading<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") throw contextChanged({ path, reason: "vanished" }, error);
    // EINVAL comes from readlink, ELOOP from O_NOFOLLOW.
    if (code === "ELOOP" || code === "EINVAL" || code === "ENXIO")
      throw contextChanged({ path, reason: "became another kind of file" }, error);
    throw contextUnreadable({ path, reason: code === "EACCES" ? "permission denied" : code }, error);
  }
}
