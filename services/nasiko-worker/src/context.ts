import { hash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import dockerignore from "@balena/dockerignore";
import { pack } from "tar-stream";
import { mapBases, type BaseImage } from "./base-images.ts";
import { contentHash, type ContextEntry } from "./content-hash.ts";
import { PermanentFailure } from "./failure.ts";

/** How to build one version of an agent. */
export interface AgentBuild {
  /** "nasiko/agent-<name>:" and the first 16 hex digits of the content hash. */
  readonly reference: string;
  readonly tag: string;
  readonly folder: string;
  /** As it is built, with its bases mapped. */
  readonly dockerfile: string;
  readonly entries: readonly ContextEntry[];
}

/** Variables of the agent: they go into the container when it runs, never into a layer of the image. */
export const ENV_FILE = ".env";

/** @throws PermanentFailure when the folder cannot be built */
export async function describeBuild(
  agent: string,
  folder: string,
  bases: readonly BaseImage[],
): Promise<AgentBuild> {
  const original = await readOptional(join(folder, "Dockerfile"));
  if (original === undefined) throw new PermanentFailure("the folder has no Dockerfile");
  const ignore = await readOptional(join(folder, ".dockerignore"));
  const entries = await readContext(folder, ignoreRules(ignore ?? ""));
  const { text, bases: used } = mapBases(original, bases);
  const digest = contentHash({ dockerfile: text, bases: used, entries });
  const tag = digest.slice("v1:".length, "v1:".length + 16);
  return { reference: `nasiko/agent-${agent}:${tag}`, tag, folder, dockerfile: text, entries };
}

/** The build context as a plain tar archive: the same content gives the same bytes. */
export function packContext({ folder, dockerfile, entries }: AgentBuild): Readable {
  const archive = pack();
  const fill = async (): Promise<void> => {
    archive.entry({ name: "Dockerfile", mode: 0o644, mtime: new Date(0) }, dockerfile);
    for (const entry of entries) {
      if (entry.path === "Dockerfile") continue;
      const common = { name: entry.path, mtime: new Date(0) };
      if (entry.kind === "directory") archive.entry({ ...common, type: "directory", mode: 0o755 });
      else if (entry.kind === "symlink")
        archive.entry({ ...common, type: "symlink", linkname: entry.target, mode: 0o777 });
      else
        archive.entry(
          { ...common, mode: Number.parseInt(entry.mode, 8) },
          await readFile(join(folder, entry.path)),
        );
    }
    archive.finalize();
  };
  fill().catch((error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(archive);
}

type Ignores = (path: string) => boolean;

function ignoreRules(content: string): Ignores {
  // The typings declare an ES default export; what the CommonJS module exports is a function with that property.
  const rules = dockerignore
    .default({ ignorecase: false })
    .add(content.replace(/^\uFEFF/, "").split(/\r?\n/));
  return (path) => path === ENV_FILE || rules.ignores(path);
}

async function readContext(folder: string, ignores: Ignores): Promise<readonly ContextEntry[]> {
  const entries: ContextEntry[] = [];
  const walk = async (directory: string): Promise<void> => {
    for (const name of (await readdir(join(folder, directory))).toSorted()) {
      const path = directory === "" ? name : `${directory}/${name}`;
      const entry = await describe(folder, path);
      if (!ignores(path)) entries.push(entry);
      // Entered although it is ignored: a rule with "!" may bring something below it back.
      if (entry.kind === "directory") await walk(path);
    }
  };
  await walk("");
  return entries;
}

async function describe(folder: string, path: string): Promise<ContextEntry> {
  const place = join(folder, path);
  const stat = await lstat(place);
  if (stat.isDirectory()) return { kind: "directory", path };
  if (stat.isSymbolicLink()) return { kind: "symlink", path, target: await readlink(place) };
  if (!stat.isFile()) throw new PermanentFailure(`${path} is neither file, folder nor link`);
  const mode = (stat.mode & 0o100) === 0 ? "0644" : "0755";
  return { kind: "file", path, mode, digest: hash("sha256", await readFile(place)) };
}

/** @returns undefined when there is no such regular file */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isFile() ? await readFile(path, "utf8") : undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
