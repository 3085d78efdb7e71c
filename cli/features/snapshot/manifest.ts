import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { z } from "zod";

import { ensureHome, type Home } from "../../stack/home/home.ts";
import { snapshotDamaged, snapshotUnknown } from "./errors.ts";

const MANIFEST = "snapshot.json";

const Manifest = z.object({
  format: z.literal(1),
  id: z.string(),
  /** The stack it was taken of. */
  stack: z.string(),
  /** RFC 3339. */
  createdAt: z.string(),
  /** Where third-party images came from: data belongs to the program that wrote it. */
  publicImages: z.enum(["registry", "offline"]).optional(),
  /** Who might use the stack: a restored one lets nobody in whom that one kept out. */
  authMode: z.enum(["simple", "enterprise"]),
  /** Generated secrets by purpose, as JSON under the passphrase of NASIKO_HOME. */
  secrets: z.object({ salt: z.string(), sealed: z.string() }),
  volumes: z.array(
    z.object({
      /** Short name. */
      volume: z.string(),
      /** Compressed archive beside the manifest. */
      file: z.string().regex(/^[\w.-]+\.tar\.gz$/),
      bytes: z.number(),
      sha256: z.string(),
    }),
  ),
});

/** What a snapshot holds; the archives of the volumes are beside it. */
export type Manifest = Readonly<z.output<typeof Manifest>>;
export type VolumeArchive = Manifest["volumes"][number];

const snapshotsOf = ({ folder }: Home): string => join(folder, "snapshots");

export const snapshotFolder = (home: Home, id: string): string => join(snapshotsOf(home), id);

/** Names a snapshot by stack and second, e.g. "local-20261124-141503". */
export const snapshotId = (stack: string, now: Date): string =>
  `${stack}-${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}`;

/** Makes the folder of a new snapshot, for the owner only. */
export function createSnapshotFolder(home: Home, id: string): string {
  ensureHome(home);
  const folder = snapshotFolder(home, id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Written last: a folder without one is a snapshot that was not finished. */
export function writeManifest(home: Home, manifest: Manifest): void {
  const file = join(snapshotFolder(home, manifest.id), MANIFEST);
  writeFileSync(`${file}.draft`, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}

/** Every finished snapshot, oldest first. */
export function listSnapshots(home: Home): readonly string[] {
  const folder = snapshotsOf(home);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((id) => existsSync(join(folder, id, MANIFEST)))
    .toSorted();
}

/** @throws NSK-SNAPSHOT-UNKNOWN, NSK-SNAPSHOT-DAMAGED */
export function readManifest(home: Home, id: string): Manifest {
  const known = listSnapshots(home);
  if (!known.includes(id)) throw snapshotUnknown({ id, known });
  try {
    return Manifest.parse(JSON.parse(readFileSync(join(snapshotFolder(home, id), MANIFEST), "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw snapshotDamaged({ id, problems: [`${MANIFEST}: ${reason}`] }, error);
  }
}

/**
 * Reads every archive once and compares it with its checksum, before anything is restored from it.
 * @throws NSK-SNAPSHOT-DAMAGED naming every file that differs or is missing
 */
export async function verifyArchives(home: Home, { id, volumes }: Manifest): Promise<void> {
  const checked = await Promise.all(
    volumes.map(async ({ file, sha256 }) => {
      const found = await checksum(join(snapshotFolder(home, id), file)).catch(() => undefined);
      if (found === undefined) return [`${file} cannot be read`];
      return found === sha256 ? [] : [`${file} has another checksum than when it was written`];
    }),
  );
  const problems = checked.flat();
  if (problems.length > 0) throw snapshotDamaged({ id, problems });
}

async function checksum(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
