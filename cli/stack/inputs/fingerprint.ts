import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { resolve } from "node:path";

/** What a run of the program reads, whatever is on the engine. */
export interface Inputs {
  /** Folders of which everything below counts. */
  readonly folders: readonly Folder[];
  /** Files that count on their own, whether they are there or not. */
  readonly files: readonly string[];
  /** Variables by name; one that nobody set is undefined. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Everything else, e.g. the version of Node, by name. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface Folder {
  readonly path: string;
  /** Absolute paths in it that do not count. @default everything counts */
  readonly without?: readonly string[];
}

export interface Fingerprint {
  /** Equal as long as nothing changed; equal content that was written again counts as a change. */
  readonly digest: string;
  /** When the latest change was made, in milliseconds since 1970. */
  readonly changedAt: number;
}

/**
 * Tells whether inputs changed without reading them: by size, identity and times of every file, as Git does. A time of
 * change cannot be set by hand, so no edit goes unnoticed; what was only touched makes the program run once more.
 */
export function fingerprintOf({ folders, files, variables, facts }: Inputs): Fingerprint {
  // One text and numbers for times, exact to a quarter of a microsecond: hashing each line, and big integers, take
  // twice as long as the whole rest.
  const lines: string[] = [];
  let changedAt = 0;
  const add = (path: string, stats: Stats | undefined): void => {
    lines.push(`${path}\0${stats === undefined ? "missing" : signatureOf(stats)}`);
    if (stats !== undefined) changedAt = Math.max(changedAt, Math.floor(stats.ctimeMs));
  };
  const walk = (folder: string, without: ReadonlySet<string>): void => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      // Not join(): it would look at every character again, which shows with a thousand files.
      const path = `${folder}/${entry.name}`;
      if (without.has(path)) continue;
      if (entry.isDirectory()) {
        // Its own times change with what is left out of it; its names are in here anyway.
        lines.push(`${path}/`);
        walk(path, without);
      } else add(path, lstatSync(path));
    }
  };
  for (const { path, without = [] } of folders) {
    lines.push(`${path}\0${linkAt(path) ?? ""}`);
    if (lstat(path) !== undefined) walk(resolve(path), new Set(without));
  }
  for (const file of files) add(file, lstat(file));
  lines.push(
    JSON.stringify([Object.entries(variables).toSorted(byName), Object.entries(facts).toSorted(byName)]),
  );
  return { digest: createHash("sha256").update(lines.join("\n")).digest("hex"), changedAt };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const signatureOf = ({ mode, size, ino, mtimeMs, ctimeMs }: Stats): string =>
  `${mode} ${size} ${ino} ${mtimeMs} ${ctimeMs}`;

const lstat = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

const linkAt = (path: string): string | undefined =>
  lstat(path)?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
