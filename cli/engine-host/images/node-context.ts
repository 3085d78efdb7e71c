import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract, pack } from "tar-stream";
import type { Pack } from "tar-stream";
import { z } from "zod";
import { BASE_RECIPES } from "../../../platform/images/base-recipes.ts";
import { packageFolder } from "../../../platform/package-folder.ts";
import { mapBases } from "../../../platform/images/map-bases.ts";
import type { BaseName } from "../../../platform/images/base-recipes.ts";
import type { Architecture } from "./debian-rootfs.ts";
import { baseFailed } from "./errors.ts";
import { startCommand } from "../../lib/run-command.ts";

const recipeFile = (base: BaseName, file: string): string =>
  readFileSync(join(packageFolder(), BASE_RECIPES[base].folder, file), "utf8");

const layoutSchema = z.object({
  files: z.array(
    z.object({
      package: z.enum(["node", "npm"]),
      /** A file, or "" for the whole package. */
      from: z.string(),
      /** Relative to /usr/local. */
      to: z.string(),
      except: z.array(z.string()).default([]),
    }),
  ),
  links: z.record(z.string(), z.string()),
});
type Layout = z.infer<typeof layoutSchema>;
type PackageName = Layout["files"][number]["package"];

/** Archives of the packages that the base is made of. */
export type NodePackages = Readonly<Record<PackageName, string>>;

/**
 * Fetches the packages with the npm of this machine, so that its registry, proxy and cache settings hold; npm
 * checks their integrity.
 * @param folder where the archives go
 */
export async function fetchNodePackages(
  base: BaseName,
  folder: string,
  arch: Architecture,
  signal: AbortSignal,
): Promise<NodePackages> {
  const { node = "", npm = "" } = BASE_RECIPES[base].versions;
  const nodePackage = `node-linux-${arch === "amd64" ? "x64" : "arm64"}`;
  const tool = await startCommand(
    "npm",
    ["pack", `${nodePackage}@${node}`, `npm@${npm}`, "--pack-destination", folder, "--loglevel", "error"],
    { cwd: folder, signal },
  );
  tool.stdout.resume();
  const exitCode = await tool.exit;
  signal.throwIfAborted();
  if (exitCode !== 0) throw baseFailed({ base, step: "npm pack", output: tool.tail() });
  return { node: join(folder, `${nodePackage}-${node}.tgz`), npm: join(folder, `npm-${npm}.tgz`) };
}

/** The context of the build, as a tar archive: the Dockerfile with its base mapped, and what the layout takes. */
export function nodeContext(
  base: BaseName,
  packages: NodePackages,
  references: Readonly<Record<BaseName, string>>,
): Readable {
  const archive = pack();
  void fill(archive, base, packages, references).catch((error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  // tar-stream's streams are not Node.js's own.
  return Readable.from(archive);
}

async function fill(
  archive: Pack,
  base: BaseName,
  packages: NodePackages,
  references: Readonly<Record<BaseName, string>>,
): Promise<void> {
  const layout = layoutSchema.parse(JSON.parse(recipeFile(base, "layout.json")));
  const env = Object.entries(BASE_RECIPES[base].env ?? {}).map(([name, value]) => `ENV ${name}=${value}\n`);
  const dockerfile = mapBases(recipeFile(base, "Dockerfile"), references).text;
  archive.entry({ name: "Dockerfile" }, dockerfile + env.join(""));
  for (const [path, target] of Object.entries(layout.links))
    archive.entry({ name: `packages/${path}`, type: "symlink", linkname: target });
  for (const name of ["node", "npm"] as const) await copyPackage(archive, packages[name], name, layout);
  archive.finalize();
}

async function copyPackage(
  archive: Pack,
  tarball: string,
  source: PackageName,
  layout: Layout,
): Promise<void> {
  const reader = createReadStream(tarball).pipe(createGunzip()).pipe(extract());
  for await (const entry of reader) {
    const path = entry.header.name.replace(/^package\//, "");
    const target = entry.header.type === "file" ? targetOf(layout, source, path) : undefined;
    if (target === undefined) {
      entry.resume();
      continue;
    }
    const { mode, size } = entry.header;
    const name = `packages/${target}`;
    const copy = archive.entry({ name, mode: (mode & 0o100) === 0 ? 0o644 : 0o755, size });
    await new Promise<void>((resolve, reject) => {
      entry.on("error", reject);
      copy.on("error", reject);
      copy.on("finish", resolve);
      entry.pipe(copy);
    });
  }
}

/** Where a package's file goes, relative to /usr/local; undefined when the layout does not take it. */
function targetOf(layout: Layout, name: PackageName, path: string): string | undefined {
  const rule = layout.files.find(
    (file) =>
      file.package === name &&
      (file.from === "" || file.from === path) &&
      !file.except.some((except) => (except.endsWith("/") ? path.startsWith(except) : path === except)),
  );
  if (rule === undefined) return undefined;
  return rule.from === "" ? rule.to + path : rule.to;
}
