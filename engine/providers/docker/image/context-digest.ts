import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { linkTarget } from "./link-target.ts";
import { listContext, readIgnoreRules, unreadable, type ContextEntry } from "./build-context.ts";

/** One record of the digest: path, mode as Go writes it, SHA-256 of the content, a zero byte. */
export interface DigestRecord {
  readonly path: string;
  readonly mode: string;
  readonly contentHash: Buffer;
}

/**
 * The hidden input `build.contextDigest` of the official provider, to the byte: SHA-256 over one record for the
 * Dockerfile (always by the name "Dockerfile" and without a mode) and one for each file of the context that is not
 * ignored. A symbolic link stands with where it leads to, seen from the program's folder. Folders have no record.
 * @param root absolute folder that the other two are relative to
 */
export async function contextDigest(root: string, context: string, dockerfile: string): Promise<string> {
  const folder = join(root, context);
  const rules = await readIgnoreRules(join(root, dockerfile), folder);
  const records: DigestRecord[] = [
    { path: "Dockerfile", mode: goMode(0), contentHash: await hashFile(join(root, dockerfile)) },
  ];
  for (const entry of listContext(folder, rules)) {
    const record = await recordOf(root, context, entry);
    if (record !== undefined) records.push(record);
  }
  return digestOf(records);
}

/** Pure: the digest of records in their order. */
export function digestOf(records: readonly DigestRecord[]): string {
  const hash = createHash("sha256");
  for (const { path, mode, contentHash } of records)
    hash.update(path).update(mode).update(contentHash).update("\0");
  return hash.digest("hex");
}

async function recordOf(
  root: string,
  context: string,
  entry: ContextEntry,
): Promise<DigestRecord | undefined> {
  const { path } = entry;
  const absolute = join(root, context, path);
  switch (entry.kind) {
    case "directory":
      return undefined;
    case "symlink":
      return {
        path,
        mode: goMode(0o777, "L"),
        contentHash: sha256(await leadsTo(root, join(context, path))),
      };
    case "file":
      return { path, mode: goMode(entry.mode), contentHash: await hashFile(absolute) };
  }
}

async function leadsTo(root: string, link: string): Promise<string> {
  try {
    return await linkTarget(root, link);
  } catch (thrown) {
    throw unreadable(join(root, link), "it leads nowhere", thrown);
  }
}

/** Permission bits in Go's notation, e.g. "-rw-r--r--"; set-uid, set-gid and sticky come before, as "u", "g", "t". */
export function goMode(mode: number, type = ""): string {
  const special = [
    (mode & 0o4000) === 0 ? "" : "u",
    (mode & 0o2000) === 0 ? "" : "g",
    (mode & 0o1000) === 0 ? "" : "t",
  ].join("");
  const bits = Array.from("rwxrwxrwx", (letter, index) => ((mode & (1 << (8 - index))) === 0 ? "-" : letter));
  return `${type + special === "" ? "-" : type + special}${bits.join("")}`;
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

async function hashFile(path: string): Promise<Buffer> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest();
}
