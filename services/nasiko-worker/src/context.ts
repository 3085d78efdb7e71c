import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { ContextError } from "../../../engine/formats/context-error.ts";
import { NO_IGNORE_RULES, parseIgnoreRules } from "../../../engine/formats/ignore-rules.ts";
import { readContext, type ContextEntry } from "../../../engine/formats/read-context.ts";
import { mapBases, type BaseImage } from "./base-images.ts";
import { contentHash } from "./content-hash.ts";
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
  const entries = readEntries(folder, await readOptional(join(folder, ".dockerignore")));
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

function readEntries(folder: string, ignoreFile: string | undefined): readonly ContextEntry[] {
  const rules = ignoreFile === undefined ? NO_IGNORE_RULES : parseIgnoreRules(ignoreFile);
  try {
    return readContext(folder, { ...rules, ignores: (path) => path === ENV_FILE || rules.ignores(path) });
  } catch (error) {
    throw error instanceof ContextError ? new PermanentFailure(error.message) : error;
  }
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
