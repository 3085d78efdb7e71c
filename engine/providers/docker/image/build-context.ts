import { lstatSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ContextError } from "../../../formats/context-error.ts";
import type { EngineError } from "../../../errors/define-error.ts";
import { NO_IGNORE_RULES, parseIgnoreRules, type IgnoreRules } from "../../../formats/ignore-rules.ts";
import { readMember, walkContext, type ContextMember } from "../../../formats/walk-context.ts";
import { contextUnusable } from "../errors.ts";

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
 * Lists a build context in the order of Docker's walk, with what the builder and the digest need to know of each file.
 * @throws NSK-CONTEXT-UNREADABLE, NSK-CONTEXT-CHANGED, NSK-CONTEXT-UNSUPPORTED
 */
export function listContext(folder: string, rules: IgnoreRules): readonly ContextEntry[] {
  try {
    return Array.from(walkContext(folder, rules), entryOf);
  } catch (error) {
    throw error instanceof ContextError ? contextUnusable(error) : error;
  }
}

function entryOf(member: ContextMember): ContextEntry {
  const { path, absolute } = member;
  if (member.kind !== "file") return member;
  const stat = readMember(absolute, () => lstatSync(absolute));
  if (!stat.isFile())
    throw new ContextError({ kind: "changed", path: absolute, reason: "became another kind of file" });
  return { kind: "file", path, mode: stat.mode & 0o7777, size: stat.size };
}

/** The rules of `<Dockerfile>.dockerignore`, else of `.dockerignore` in the context, else none. */
export async function readIgnoreRules(dockerfile: string, folder: string): Promise<IgnoreRules> {
  const own = await readOptional(`${dockerfile}.dockerignore`);
  const content = own ?? (await readOptional(join(folder, ".dockerignore")));
  return content === undefined ? NO_IGNORE_RULES : parseIgnoreRules(content);
}

/** The error for a file of the context that cannot be read. */
export const unreadable = (path: string, reason: string, cause: unknown): EngineError =>
  contextUnusable(new ContextError({ kind: "unreadable", path, reason }, cause));

/** The text of a file; undefined when there is none. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw unreadable(path, codeOf(thrown), thrown);
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
}
