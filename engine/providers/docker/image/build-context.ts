import type { Dirent, Stats } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { contextChanged, contextUnreadable, contextUnsupported } from "../../../../platform/images/errors.ts";
import {
  NO_IGNORE_RULES,
  parseIgnoreRules,
  type IgnoreRules,
} from "../../../../platform/images/ignore-rules.ts";

/** Something in a build context that is not ignored. */
export type ContextEntry =
  | { readonly kind: "directory"; readonly path: string }
  | {
      readonly kind: "file";
      readonly path: string;
      /** All permission bits, set-uid and its like included. */
      readonly mode: number;
      /** Bytes. */
      readonly size: number;
    }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string };

/**
 * Lists a build context folder by folder, names in the order of their bytes: what is below `a` comes where `a` does,
 * as Go's walk has it. Paths are relative, with "/". Ignored folders are not entered, unless a `!` rule could bring
 * back something below; symbolic links are not followed.
 * @throws NSK-CONTEXT-UNREADABLE, NSK-CONTEXT-CHANGED, NSK-CONTEXT-UNSUPPORTED
 */
export async function listContext(folder: string, rules: IgnoreRules): Promise<readonly ContextEntry[]> {
  const entries: ContextEntry[] = [];
  const walk = async (directory: string): Promise<void> => {
    for (const child of await sortedChildren(join(folder, directory))) {
      const path = directory === "" ? child.name : `${directory}/${child.name}`;
      const ignored = rules.ignores(path);
      if (!ignored) entries.push(await describe(join(folder, path), path));
      if (child.isDirectory() && (!ignored || rules.mayHoldIncluded(path))) await walk(path);
    }
  };
  await walk("");
  return entries;
}

/** The rules of `<Dockerfile>.dockerignore`, else of `.dockerignore` in the context, else none. */
export async function readIgnoreRules(dockerfile: string, folder: string): Promise<IgnoreRules> {
  const own = await readOptional(`${dockerfile}.dockerignore`);
  const content = own ?? (await readOptional(join(folder, ".dockerignore")));
  return content === undefined ? NO_IGNORE_RULES : parseIgnoreRules(content);
}

/** The text of a file; undefined when there is none. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw contextUnreadable({ path, reason: codeOf(thrown) }, thrown);
  }
}

async function sortedChildren(folder: string): Promise<readonly Dirent[]> {
  const children = await reading(folder, () => readdir(folder, { withFileTypes: true }));
  return children.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

async function describe(absolute: string, path: string): Promise<ContextEntry> {
  const stat = await reading(absolute, () => lstat(absolute));
  if (stat.isDirectory()) return { kind: "directory", path };
  if (stat.isSymbolicLink())
    return { kind: "symlink", path, target: await reading(absolute, () => readlink(absolute)) };
  if (stat.isFile()) return { kind: "file", path, mode: stat.mode & 0o7777, size: stat.size };
  throw contextUnsupported({ path: absolute, reason: `it is ${specialKind(stat)}` });
}

function specialKind(stat: Stats): string {
  if (stat.isSocket()) return "a socket";
  return stat.isFIFO() ? "a named pipe" : "a device";
}

async function reading<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === "ENOENT" || code === "ENOTDIR") throw contextChanged({ path, reason: "vanished" }, thrown);
    throw contextUnreadable({ path, reason: code === "EACCES" ? "permission denied" : code }, thrown);
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}
