import { createHash, hash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { ContextError } from "./context-error.ts";
import type { IgnoreRules } from "./ignore-rules.ts";
import { readMember, walkContext } from "./walk-context.ts";

/**
 * One member of a build context, as Docker would send it. Of the mode only the owner's execute bit counts, as in
 * git: everything else depends on the umask of whoever made the checkout.
 */
export type ContextEntry =
  | {
      readonly kind: "file";
      /** Relative to the context, with "/" on every system. */
      readonly path: string;
      readonly mode: "0644" | "0755";
      /** SHA-256 of the content, 64 hex digits. */
      readonly digest: string;
    }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  | { readonly kind: "directory"; readonly path: string };

/**
 * Lists a build context with the digests of its files, in one walk.
 *
 * @param folder absolute path of the context
 * @param limit bytes; a larger context is refused before it is read any further
 * @throws ContextError naming the file; sockets, devices, pipes, and names that are not UTF-8 are not supported
 */
export function readContext(folder: string, rules: IgnoreRules, limit = Infinity): readonly ContextEntry[] {
  const entries: ContextEntry[] = [];
  let left = limit;
  for (const member of walkContext(folder, rules)) {
    const { path } = member;
    const admit = (size: number): void => {
      left -= size;
      if (left < 0) throw new ContextError({ kind: "too-large", folder, path, size, limit });
    };
    switch (member.kind) {
      case "directory":
        entries.push({ kind: "directory", path });
        break;
      case "symlink":
        entries.push({ kind: "symlink", path, target: member.target });
        break;
      case "file":
        entries.push({ kind: "file", path, ...digestFile(member.absolute, admit) });
    }
  }
  return entries;
}

const CHUNK = Buffer.allocUnsafe(1 << 20);

/** @param admit is told the size of the file before it is read */
function digestFile(
  path: string,
  admit: (size: number) => void,
): { readonly mode: "0644" | "0755"; readonly digest: string } {
  // Without O_NONBLOCK, a named pipe that took the file's place since the listing would hang the walk.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const descriptor = readMember(path, () => openSync(path, flags));
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
    if (size !== stat.size) throw new ContextError({ kind: "changed", path, reason: "changed its size" });
    return { mode, digest: digest.digest("hex") };
  } finally {
    closeSync(descriptor);
  }
}
