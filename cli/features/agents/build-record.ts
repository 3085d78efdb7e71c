import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { contentHash, type ContentHashInput } from "../../../platform/images/content-hash.ts";
import type { Home } from "../../stack/home/home.ts";

const Entry = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("file"), path: z.string(), mode: z.enum(["0644", "0755"]), digest: z.string() }),
  z.object({ kind: z.literal("symlink"), path: z.string(), target: z.string() }),
  z.object({ kind: z.literal("directory"), path: z.string() }),
]);
const Ingredients = z.object({
  dockerfile: z.string(),
  args: z.record(z.string(), z.string()),
  bases: z.array(z.string()),
  entries: z.array(Entry),
});

/** What went into the last build of an agent, kept beside the state to tell later what has changed since. */
export interface BuildRecord {
  readonly home: Home;
  readonly stack: string;
  readonly agent: string;
}

const folderOf = ({ home, stack, agent }: BuildRecord): string => join(home.folder, "builds", stack, agent);
const fileOf = (hash: string): string => `${hash.replace(":", "-")}.json`;

export const isRecorded = (record: BuildRecord, hash: string): boolean =>
  existsSync(join(folderOf(record), fileOf(hash)));

/** Keeps these, and forgets those of the build before. */
export function recordBuild(record: BuildRecord, input: ContentHashInput): void {
  const folder = folderOf(record);
  const name = fileOf(contentHash(input));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${process.pid}`);
  writeFileSync(draft, JSON.stringify(input), { mode: 0o600 });
  renameSync(draft, join(folder, name));
  for (const other of readdirSync(folder)) if (other !== name) rmSync(join(folder, other), { force: true });
}

/** @returns undefined when nothing was recorded, or nothing that can be read */
export function lastBuild(record: BuildRecord): ContentHashInput | undefined {
  const folder = folderOf(record);
  const [name] = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
  if (name === undefined) return undefined;
  // It explains, and decides nothing: a damaged one is as good as none.
  try {
    return Ingredients.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
  } catch {
    return undefined;
  }
}

export const forgetBuilds = (home: Home, stack: string): void =>
  rmSync(join(home.folder, "builds", stack), { recursive: true, force: true });
