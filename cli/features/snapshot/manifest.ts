import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { z } from "zod";

import type { openCrypter } from "../../../engine/core/secrets.ts";

import { ensureHome, type Home } from "../../stack/home/home.ts";
import { snapshotDamaged, snapshotUnknown } from "./errors.ts";

const MANIFEST = "snapshot.json";
/** A manifest names volumes and checksums: a larger one was not written by us. */
const LARGEST_MANIFEST = 1024 * 1024;

const Unsealed = z.object({
  /** 1 had no seal. */
  format: z.literal(2),
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** The stack it was taken of. */
  stack: z.string().regex(/^[a-z0-9-]+$/),
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
      volume: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
      /** Compressed archive beside the manifest. */
      file: z.string(),
      bytes: z.int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
const Manifest = Unsealed.extend({
  /** Checksum of everything else here under the passphrase: who does not know it cannot write another. */
  seal: z.string(),
});

/** What a snapshot holds; the archives of the volumes are beside it. */
export type Manifest = Readonly<z.output<typeof Manifest>>;
export type UnsealedManifest = Readonly<z.output<typeof Unsealed>>;
export type VolumeArchive = Manifest["volumes"][number];

/** What encrypts under the passphrase, and tells when something was not written so. */
export type Crypter = Awaited<ReturnType<typeof openCrypter>>;

/** Puts the seal on a manifest. */
export const sealManifest = (manifest: UnsealedManifest, crypter: Crypter): Manifest => ({
  ...manifest,
  seal: crypter.encrypt(digestOf(manifest)),
});

/**
 * @param crypter of the manifest's own salt
 * @throws NSK-SNAPSHOT-DAMAGED when something in the manifest is not what was sealed
 */
export function verifySeal({ seal, ...manifest }: Manifest, crypter: Crypter): void {
  if (opened(seal, crypter) !== digestOf(manifest))
    throw snapshotDamaged({
      id: manifest.id,
      problems: [`${MANIFEST} was changed, or written by somebody without this passphrase`],
    });
}

/** @returns undefined for what was not encrypted under this passphrase */
function opened(sealed: string, crypter: Crypter): string | undefined {
  try {
    return crypter.decrypt(sealed);
  } catch {
    return undefined;
  }
}

/** The schema's own order of keys: however the file has them, the same content has the same digest. */
const digestOf = (manifest: UnsealedManifest): string =>
  createHash("sha256")
    .update(JSON.stringify(Unsealed.parse(manifest)))
    .digest("hex");

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
  const file = join(snapshotFolder(home, id), MANIFEST);
  try {
    const { size } = lstatSync(file);
    if (size > LARGEST_MANIFEST) throw new Error(`it is larger than ${LARGEST_MANIFEST} bytes`);
    const manifest = Manifest.parse(JSON.parse(readFileSync(file, "utf8")));
    const problems = contradictions(id, manifest);
    if (problems.length > 0) throw new Error(problems.join("; "));
    return manifest;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw snapshotDamaged({ id, problems: [`${MANIFEST}: ${reason}`] }, error);
  }
}

/** What a manifest cannot say of itself: its names become paths. */
function contradictions(id: string, manifest: Manifest): readonly string[] {
  const volumes = manifest.volumes.map(({ volume }) => volume);
  return [
    ...(manifest.id === id ? [] : [`it is the manifest of ${manifest.id}`]),
    ...(new Set(volumes).size === volumes.length ? [] : ["it names a volume twice"]),
    ...manifest.volumes.flatMap(({ volume, file }) =>
      file === archiveFile(volume) ? [] : [`the archive of ${volume} is called ${file}`],
    ),
  ];
}

/** Name of a volume's archive. */
export const archiveFile = (volume: string): string => `${volume}.tar.gz`;

/**
 * Reads every archive once and compares it with its checksum, before anything is restored from it.
 * @throws NSK-SNAPSHOT-DAMAGED naming every file that differs or is missing
 */
export async function verifyArchives(home: Home, { id, volumes }: Manifest): Promise<void> {
  const checked = await Promise.all(
    volumes.map(async ({ file, bytes, sha256 }) => {
      const path = join(snapshotFolder(home, id), file);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat?.isFile() !== true) return [`${file} is not there, or no file`];
      if (stat.size !== bytes) return [`${file} has ${stat.size} bytes, not ${bytes}`];
      const found = await checksum(path).catch(() => undefined);
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
