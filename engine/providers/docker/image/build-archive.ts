import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { isAbsolute, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";
import { listContext, readIgnoreRules, readOptional, type ContextEntry } from "./build-context.ts";

/** What the builder is sent. */
export interface BuildArchive {
  readonly stream: Pack;
  /** Path of the Dockerfile inside the archive. */
  readonly dockerfile: string;
}

const EPOCH = new Date(0);

/**
 * Packs a build context. Equal content gives equal bytes: owner, times and everything of a mode but "executable" are
 * left out, as they are of the content hash, so that equal hashes mean equal images. A Dockerfile that lies outside
 * the context, or is ignored, travels along under a name of its own and is gone before the first COPY.
 * @param folder absolute path of the context
 * @param dockerfile absolute path of the Dockerfile
 */
export async function buildArchive(folder: string, dockerfile: string): Promise<BuildArchive> {
  const entries = listContext(folder, await readIgnoreRules(dockerfile, folder));
  const inside = relative(folder, dockerfile).split(sep).join("/");
  const included =
    !inside.startsWith("../") &&
    !isAbsolute(inside) &&
    entries.some((entry) => entry.kind === "file" && entry.path === inside);
  const extra: readonly ExtraFile[] = included ? [] : await foreignDockerfile(folder, dockerfile, entries);
  const stream = pack();
  const skipped = new Set(extra.map(({ path }) => path));
  const fill = async (): Promise<void> => {
    for (const entry of entries) if (!skipped.has(entry.path)) await addEntry(stream, folder, entry);
    for (const { path, content } of extra) stream.entry({ name: path, mode: 0o644, mtime: EPOCH }, content);
    stream.finalize();
  };
  fill().catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return { stream, dockerfile: extra[0]?.path ?? inside };
}

interface ExtraFile {
  readonly path: string;
  readonly content: string;
}

/** The Dockerfile, and a .dockerignore by which the builder removes it again once it has read it. */
async function foreignDockerfile(
  folder: string,
  dockerfile: string,
  entries: readonly ContextEntry[],
): Promise<readonly [ExtraFile, ExtraFile]> {
  const content = await readFile(dockerfile, "utf8");
  const path = freeName(
    `.dockerfile.${createHash("sha256").update(content).digest("hex").slice(0, 20)}`,
    entries,
  );
  const carried = entries.some((entry) => entry.path === ".dockerignore");
  const rules = carried
    ? [(await readOptional(join(folder, ".dockerignore"))) ?? "", path]
    : [".dockerignore", path];
  return [
    { path, content },
    { path: ".dockerignore", content: `${rules.join("\n")}\n` },
  ];
}

function freeName(name: string, entries: readonly ContextEntry[]): string {
  return entries.some((entry) => entry.path === name) ? freeName(`${name}_`, entries) : name;
}

async function addEntry(stream: Pack, folder: string, entry: ContextEntry): Promise<void> {
  const { path } = entry;
  switch (entry.kind) {
    case "directory":
      stream.entry({ name: path, type: "directory", mode: 0o755, mtime: EPOCH });
      return;
    case "symlink":
      stream.entry({ name: path, type: "symlink", linkname: entry.target, mode: 0o777, mtime: EPOCH });
      return;
    case "file": {
      const mode = (entry.mode & 0o100) === 0 ? 0o644 : 0o755;
      const header = stream.entry({ name: path, mode, size: entry.size, mtime: EPOCH });
      await pipeline(createReadStream(join(folder, path)), header);
    }
  }
}
