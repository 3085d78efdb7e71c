import { createWriteStream } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { open, type Entry, type ZipFile } from "yauzl";
import { readName } from "./entry-name.ts";
import { LIMITS, linkProblem, planEntries, type PlannedEntry, type ZipEntry } from "./entries.ts";

/** The archive cannot be unpacked, for a reason to be told to whoever sent it. */
export class ZipRefused extends Error {}

/**
 * Unpacks an archive into an empty folder. Nothing is written before the whole list of entries was checked; sizes
 * count as they come out, whatever the archive claims.
 * @returns bytes that were unpacked
 * @throws ZipRefused
 */
export async function unpack(archive: string, folder: string): Promise<number> {
  const zip = await openZip(archive);
  try {
    const entries = await listEntries(zip);
    const plan = planEntries(entries.map(describe));
    if (plan.kind === "refused") throw new ZipRefused(plan.reason);
    return await write(zip, entries, plan.entries, folder);
  } finally {
    zip.close();
  }
}

async function write(
  zip: ZipFile,
  entries: readonly Entry[],
  plan: readonly PlannedEntry[],
  folder: string,
): Promise<number> {
  const budget = { left: LIMITS.unpacked };
  const files = new Set(plan.filter(({ kind }) => kind === "file").map(({ path }) => path));
  const links: { readonly path: string; readonly target: string }[] = [];
  for (const { index, path, kind, executable } of plan) {
    const entry = entries[index];
    if (entry === undefined) throw new Error(`no entry ${index} in the archive`);
    const place = join(folder, path);
    await mkdir(kind === "folder" ? place : dirname(place), { recursive: true });
    if (kind === "folder") continue;
    const content = await openEntry(zip, entry);
    if (kind === "link") {
      const target = await readLimited(content, LIMITS.link);
      const problem = linkProblem(path, target, files);
      if (problem !== undefined) throw new ZipRefused(`${JSON.stringify(path)} ${problem}`);
      links.push({ path, target });
      continue;
    }
    const mode = executable ? 0o755 : 0o644;
    await refusing(pipeline(content, limited(budget), createWriteStream(place, { flags: "wx", mode })));
  }
  // Last, so that no file can be written through one.
  for (const { path, target } of links) await symlink(target, join(folder, path));
  return LIMITS.unpacked - budget.left;
}

function openZip(archive: string): Promise<ZipFile> {
  // Names are read by ourselves, see readName(); the plan checks them.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySize: true };
  return new Promise((resolve, reject) => {
    open(archive, options, (error, zip) => {
      // The types allow for neither; the library always gives one of the two.
      if (error !== null) reject(new ZipRefused(`it is no zip archive: ${error.message}`));
      else resolve(zip);
    });
  });
}

function listEntries(zip: ZipFile): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  return new Promise((resolve, reject) => {
    zip.on("entry", (entry: Entry) => {
      entries.push(entry);
      // One more than allowed is enough to know.
      if (entries.length > LIMITS.entries) resolve(entries);
      else zip.readEntry();
    });
    zip.on("end", () => resolve(entries));
    zip.on("error", (error: Error) => reject(new ZipRefused(error.message)));
    zip.readEntry();
  });
}

const describe = (entry: Entry): ZipEntry => ({
  name: readName(entry),
  mode: entry.externalFileAttributes >>> 16,
  size: entry.uncompressedSize,
  encrypted: (entry.generalPurposeBitFlag & 1) !== 0,
});

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) reject(new ZipRefused(`${JSON.stringify(readName(entry))}: ${error.message}`));
      else resolve(stream);
    });
  });
}

function limited(budget: { left: number }): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      budget.left -= chunk.byteLength;
      if (budget.left < 0) done(new ZipRefused("it unpacks to more than 400 MB"));
      else done(null, chunk);
    },
  });
}

async function readLimited(stream: Readable, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.byteLength;
    if (size > most) throw new ZipRefused("a link's target is too long");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Errors of the disk keep what they are; those of the archive are for whoever sent it. */
async function refusing(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ZipRefused || (error instanceof Error && "syscall" in error)) throw error;
    throw new ZipRefused(error instanceof Error ? error.message : String(error));
  }
}
