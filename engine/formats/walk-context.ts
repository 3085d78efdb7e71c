import { readdirSync, readlinkSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { ContextError } from "./context-error.ts";
import type { IgnoreRules } from "./ignore-rules.ts";
import { isVersionControl } from "./version-control.ts";

/** Something in a build context that is not ignored. */
export type ContextMember =
  | { readonly kind: "file"; readonly path: string; readonly absolute: string }
  | { readonly kind: "directory"; readonly path: string; readonly absolute: string }
  | {
      readonly kind: "symlink";
      /** Relative to the context, with "/" on every system. */
      readonly path: string;
      readonly absolute: string;
      /** Where the link leads to, as it is written in it. */
      readonly target: string;
    };

/**
 * Walks a build context once, names in the order of their bytes: what is below `a` comes where `a` does, as Docker's
 * own walk has it. Symbolic links are listed, never followed; ignored folders are not entered unless a `!` rule
 * could match below them, and what version control keeps is not there at all. Works synchronously: for many small files that is twice as fast as 32 readers in parallel.
 *
 * @param folder absolute path of the context
 * @throws ContextError naming the file; sockets, devices, pipes, and names that are not UTF-8 are not supported
 */
export function* walkContext(
  folder: string,
  rules: IgnoreRules,
  directory = "",
): Generator<ContextMember, void> {
  for (const child of childrenOf(join(folder, directory))) {
    if (isVersionControl(child.name)) continue;
    const path = directory === "" ? child.name : `${directory}/${child.name}`;
    const ignored = rules.ignores(path);
    // Not join(): it would look at every character again, which shows with ten thousand files.
    if (!ignored) yield describe(`${folder}/${path}`, path, child);
    if (child.isDirectory() && (!ignored || rules.mayHoldIncluded(path)))
      yield* walkContext(folder, rules, path);
  }
}

function describe(absolute: string, path: string, child: Dirent): ContextMember {
  if (child.name.includes("\uFFFD"))
    throw new ContextError({ kind: "unsupported", path: absolute, reason: "its name is not valid UTF-8" });
  if (child.isDirectory()) return { kind: "directory", path, absolute };
  if (child.isSymbolicLink())
    return { kind: "symlink", path, absolute, target: readMember(absolute, () => readlinkSync(absolute)) };
  if (child.isFile()) return { kind: "file", path, absolute };
  throw new ContextError({ kind: "unsupported", path: absolute, reason: `it is ${specialKind(child)}` });
}

function specialKind(child: Dirent): string {
  if (child.isSocket()) return "a socket";
  if (child.isFIFO()) return "a named pipe";
  return "a device";
}

function childrenOf(directory: string): readonly Dirent[] {
  const children = readMember(directory, () => readdirSync(directory, { withFileTypes: true }));
  return children.sort((a, b) => compareBytes(a.name, b.name));
}

/** Code units and bytes sort differently only where surrogates meet what comes after them. */
function compareBytes(a: string, b: string): number {
  if (/[\uD800-\uFFFF]/.test(a + b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/**
 * Reads something of a build context.
 * @throws ContextError instead of the file system's errors
 */
export function readMember<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR")
      throw new ContextError({ kind: "changed", path, reason: "vanished" }, error);
    // EINVAL comes from readlink, ELOOP from O_NOFOLLOW.
    if (code === "ELOOP" || code === "EINVAL" || code === "ENXIO")
      throw new ContextError({ kind: "changed", path, reason: "became another kind of file" }, error);
    throw new ContextError(
      { kind: "unreadable", path, reason: code === "EACCES" ? "permission denied" : code },
      error,
    );
  }
}
