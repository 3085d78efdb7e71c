import { createReadStream } from "node:fs";
import { posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

import type { Header } from "tar-stream";

/** What a volume's archive may hold. */
export interface VolumeBounds {
  /** Short name; every entry is in a folder of this name. */
  readonly volume: string;
  /** Where services see it, e.g. "/data/db": what is written in it may name itself so. */
  readonly mountedAt: readonly string[];
}

/** Kinds of entries that a program's data is made of; neither devices nor pipes. */
const KINDS: readonly (Header["type"] | undefined)[] = [
  "file",
  "contiguous-file",
  "directory",
  "symlink",
  "link",
];

/**
 * Reads an archive from its beginning to its end and unpacks nothing of it.
 * @returns what must not be unpacked, in words; empty when all of it may be
 */
export async function archiveProblems(file: string, bounds: VolumeBounds): Promise<readonly string[]> {
  const { extract } = await import("tar-stream");
  const unpacked = extract();
  const problems: string[] = [];
  const read = async (): Promise<void> => {
    for await (const entry of unpacked) {
      problems.push(...entryProblems(entry.header, bounds));
      entry.resume();
    }
  };
  try {
    await Promise.all([pipeline(createReadStream(file), createGunzip(), unpacked), read()]);
  } catch (error) {
    problems.push(`it is no archive: ${error instanceof Error ? error.message : String(error)}`);
  }
  return problems;
}

function entryProblems(
  { name, type, linkname }: Readonly<Partial<Header>> & Pick<Header, "name">,
  bounds: VolumeBounds,
): readonly string[] {
  const { volume } = bounds;
  if (!isBelow(name, volume)) return [`${JSON.stringify(name)} is not in the volume`];
  if (!KINDS.includes(type)) return [`${JSON.stringify(name)} is a ${type ?? "thing that nobody knows"}`];
  const target = linkname ?? "";
  if (type === "link" && !isBelow(target, volume)) return [leaves(name, target)];
  return type === "symlink" && !staysInside(name, target, bounds) ? [leaves(name, target)] : [];
}

const leaves = (name: string, target: string): string =>
  `${JSON.stringify(name)} is a link to ${JSON.stringify(target)}, outside the volume`;

/** Whether a path of an archive is a folder or something in it, without any way around. */
const isBelow = (path: string, folder: string): boolean => {
  const parts = path.replace(/\/$/, "").split("/");
  return parts[0] === folder && !parts.includes("..") && !path.includes("\0");
};

/** A link is followed by whoever has the volume, at one of the places where it is mounted. */
function staysInside(name: string, target: string, { volume, mountedAt }: VolumeBounds): boolean {
  if (target.startsWith("/"))
    return mountedAt.some((mount) => {
      const path = posix.normalize(target);
      return path === mount || path.startsWith(`${mount}/`);
    });
  const path = posix.join(posix.dirname(name.replace(/\/$/, "")), target);
  return path === volume || path.startsWith(`${volume}/`);
}
