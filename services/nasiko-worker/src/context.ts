import { createReadStream } from "node:fs";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";
import { DOCKERFILES } from "../../../engine/formats/agent-files.ts";
import { buildKitFeatures, withoutCaches } from "../../../engine/formats/buildkit.ts";
import { ContextError } from "../../../engine/formats/context-error.ts";
import { IgnoreRulesTooCostly } from "../../../engine/formats/ignore-pattern.ts";
import { parseIgnoreRules, type IgnoreRules } from "../../../engine/formats/ignore-rules.ts";
import { readContext, type ContextEntry } from "../../../engine/formats/read-context.ts";
import type { BaseRules } from "../../lib/dockerfile/allowed-bases.ts";
import { checkDockerfile } from "../../lib/dockerfile/check-dockerfile.ts";
import { LARGEST_DOCKERFILE } from "../../lib/dockerfile/logical-lines.ts";
import { mapBases, type BaseImage, type MappedDockerfile } from "./base-images.ts";
import { contentHash } from "./content-hash.ts";
import { PermanentFailure } from "./failure.ts";

/** A folder's Dockerfile, whatever it is called. */
export interface Dockerfile {
  readonly name: string;
  readonly text: string;
}

/** How to build one version of an agent. */
export interface AgentBuild {
  /** "nasiko/agent-<name>:" and the first 32 hex digits of the content hash. */
  readonly reference: string;
  readonly tag: string;
  readonly folder: string;
  /** Its Dockerfile, as it was uploaded. */
  readonly source: Dockerfile;
  /** The same as it is built, with its bases mapped. */
  readonly dockerfile: string;
  /** What stands in it for public images. */
  readonly bases: readonly BaseImage[];
  readonly entries: readonly ContextEntry[];
}

/** What a folder may be built of. */
export interface BuildRules {
  /** What stands in for public bases. */
  readonly baseImages: readonly BaseImage[];
  readonly bases: BaseRules;
  /** Bytes of the files that are sent to the builder. @default no limit */
  readonly largestContext?: number;
}

/** Variables of the agent: they go into the container when it runs, never into a layer of the image. */
export const ENV_FILE = ".env";
const DOCKERFILE = "Dockerfile";
const IGNORE_FILE = ".dockerignore";

/** Bytes. */
const LARGEST_IGNORE_FILE = 16 * 1024;
/** Of matching names against rules; a second of work, and a hundred times what a folder of an agent asks for. */
const IGNORE_STEPS = 200_000_000;

/** Twice as many as the program's own images have: whoever uploads could look for two contents with one tag. */
const TAG_DIGITS = 32;

/** @throws PermanentFailure when the folder cannot be built, or may not be, with file and line where there is one */
export async function describeBuild(agent: string, folder: string, rules: BuildRules): Promise<AgentBuild> {
  const source = await readDockerfile(folder);
  const { name, text: original } = source;
  const refused = checkDockerfile(original, rules.bases);
  if (refused !== undefined) throw new PermanentFailure(`${name}:${refused.line}: ${refused.reason}`);
  const ignore = await readOptional(join(folder, IGNORE_FILE), LARGEST_IGNORE_FILE);
  const entries = readEntries(folder, ignore ?? "", rules.largestContext);
  // The classic builder, whose steps the build proxy can look at, has no caches.
  const { text, bases, unknown } = mapBases(withoutCaches(original), rules.baseImages);
  const [feature] = buildKitFeatures(text);
  if (feature !== undefined)
    throw new PermanentFailure(
      `${name}:${feature.line}: uploads are built without BuildKit, which ${feature.name} needs`,
    );
  // With none in their place, public images are had from where they are.
  if (rules.baseImages.length > 0) refuseUnknown(name, unknown, rules.baseImages);
  const digest = contentHash({ dockerfile: text, bases: bases.map(({ identity }) => identity), entries });
  const tag = digest.slice("v1:".length, "v1:".length + TAG_DIGITS);
  return { reference: `nasiko/agent-${agent}:${tag}`, tag, folder, source, dockerfile: text, bases, entries };
}

function refuseUnknown(
  file: string,
  unknown: MappedDockerfile["unknown"],
  bases: readonly BaseImage[],
): void {
  if (unknown.length === 0) return;
  const places = unknown.map(({ reference, line }) => `${file}:${line}: ${reference}`).join("; ");
  const known = bases.map(({ example }) => example).join(", ");
  throw new PermanentFailure(
    `${places}: no registry is used here, and nothing like it can be made. There are ${known}`,
  );
}

/**
 * The folder's Dockerfile, whatever it is called; the builder is sent it as `Dockerfile`.
 * @throws PermanentFailure when there is none
 */
async function readDockerfile(folder: string): Promise<Dockerfile> {
  for (const name of DOCKERFILES) {
    const text = await readOptional(join(folder, name), LARGEST_DOCKERFILE);
    if (text !== undefined) return { name, text };
  }
  throw new PermanentFailure("the folder has no Dockerfile");
}

/** The build context as a plain tar archive, read as it is sent: the same content gives the same bytes. */
export function packContext({ folder, dockerfile, entries }: AgentBuild): Readable {
  const archive = pack();
  const fill = async (): Promise<void> => {
    // First, so that whoever stands before the engine can check it before anything is passed on.
    archive.entry({ name: DOCKERFILE, mode: 0o644, mtime: EPOCH }, dockerfile);
    for (const entry of entries) if (entry.path !== DOCKERFILE) await addEntry(archive, folder, entry);
    archive.finalize();
  };
  fill().catch((error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(archive);
}

const EPOCH = new Date(0);

async function addEntry(archive: Pack, folder: string, entry: ContextEntry): Promise<void> {
  const common = { name: entry.path, mtime: EPOCH };
  switch (entry.kind) {
    case "directory":
      archive.entry({ ...common, type: "directory", mode: 0o755 });
      return;
    case "symlink":
      archive.entry({ ...common, type: "symlink", linkname: entry.target, mode: 0o777 });
      return;
    case "file": {
      const place = join(folder, entry.path);
      const { size } = await lstat(place);
      const content = archive.entry({ ...common, mode: Number.parseInt(entry.mode, 8), size });
      await pipeline(createReadStream(place), content);
    }
  }
}

function readEntries(folder: string, ignore: string, limit?: number): readonly ContextEntry[] {
  const rules = parseIgnoreRules(ignore, IGNORE_STEPS);
  const withoutVariables: IgnoreRules = {
    ...rules,
    ignores: (path) => path === ENV_FILE || rules.ignores(path),
  };
  try {
    return readContext(folder, withoutVariables, limit);
  } catch (error) {
    if (error instanceof ContextError || error instanceof IgnoreRulesTooCostly)
      throw new PermanentFailure(error.message);
    throw error;
  }
}

/**
 * @param largest bytes; @default any size
 * @returns undefined when there is no such regular file
 * @throws PermanentFailure when it is larger
 */
export async function readOptional(path: string, largest = Infinity): Promise<string | undefined> {
  try {
    const stat = await lstat(path);
    if (!stat.isFile()) return undefined;
    if (stat.size > largest) throw new PermanentFailure(`${path} is larger than ${largest} bytes`);
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
