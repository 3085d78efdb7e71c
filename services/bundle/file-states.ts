import { createHash } from "node:crypto";
import { readFileSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

/** A file as it was seen last. */
export const fileState = z.object({
  size: z.number(),
  /** Milliseconds: when its content, and when anything about it, was changed. */
  modified: z.number(),
  changed: z.number(),
  /** SHA-256 of its content, in hex. */
  digest: z.string(),
});
type FileState = Readonly<z.infer<typeof fileState>>;

/**
 * Tells whether files are as they were. Size and times are asked first, which costs microseconds; where these differ,
 * e.g. in a new checkout, the content decides.
 */
export class FileStates {
  readonly #root: string;
  readonly #recorded: Readonly<Record<string, FileState>>;
  readonly #seen = new Map<string, FileState | undefined>();

  /** @param recorded by path relative to the root */
  constructor(root: string, recorded: Readonly<Record<string, FileState>>) {
    this.#root = root;
    this.#recorded = recorded;
  }

  /** Whether the file is there with the content that was recorded. */
  isSame(path: string): boolean {
    const recorded = this.#recorded[path];
    return recorded !== undefined && this.now(path)?.digest === recorded.digest;
  }

  /** The file as it is; undefined when there is none. Read once. */
  now(path: string): FileState | undefined {
    if (!this.#seen.has(path)) this.#seen.set(path, this.#look(path));
    return this.#seen.get(path);
  }

  /** Whether something was seen that is not recorded in this way. */
  get isNews(): boolean {
    return [...this.#seen].some(([path, state]) => state !== this.#recorded[path]);
  }

  /** Has the file looked at again, because it was written. */
  forget(path: string): void {
    this.#seen.delete(path);
  }

  #look(path: string): FileState | undefined {
    const file = join(this.#root, path);
    const stats: Stats | undefined = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const { size, mtimeMs: modified, ctimeMs: changed } = stats;
    const before = this.#recorded[path];
    if (before?.size === size && before.modified === modified && before.changed === changed) return before;
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    return { size, modified, changed, digest };
  }
}
