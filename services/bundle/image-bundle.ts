import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { bundleFailed } from "./errors.ts";

/** Folders whose children may be images that are made of one bundled file per entry. */
const PARENTS = ["services", "offline/stand-ins"];

/** What the bundle of one image is made of. All paths are relative to the root, with "/" on every system. */
export interface ImageBundle {
  /** E.g. "services/nasiko-web"; the bundle is put below it, in `dist`. */
  readonly folder: string;
  /** Programs of the image; each becomes one file. */
  readonly entries: readonly string[];
  /** What other people's programs load before their own code, in any Node.js; each becomes one file. */
  readonly preloads: readonly string[];
  /** Files that take the place of packages in the preloads, which are not there until the program loads its own. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Modules for browsers: each stays a file of its own, without its types. */
  readonly modules: readonly string[];
  /** Files that are copied beside the modules. */
  readonly files: readonly string[];
}

/** Field `bundle` in the package.json of a workspace, with paths relative to its folder. */
const bundleField = z.strictObject({
  entries: z.array(z.string()).default([]),
  preloads: z.array(z.string()).default([]),
  aliases: z.record(z.string(), z.string()).default({}),
  /** Folders of a web page. @default there is none */
  page: z.strictObject({ modules: z.string(), files: z.string() }).optional(),
});
type BundleField = Readonly<z.infer<typeof bundleField>>;

const workspace = z.object({ bundle: bundleField.optional() });

/**
 * Finds what is to be bundled. In an installed package there are no sources, and so there is nothing.
 * @throws NSK-BUNDLE-FAILED for a package.json that cannot be used
 */
export const findBundles = (root: string): readonly ImageBundle[] =>
  PARENTS.flatMap((parent) =>
    namesIn(join(root, parent)).flatMap((name) => {
      const folder = `${parent}/${name}`;
      const field = existsSync(join(root, folder, "src"))
        ? readField(root, `${folder}/package.json`)
        : undefined;
      return field === undefined ? [] : [bundleOf(root, folder, field)];
    }),
  );

function bundleOf(
  root: string,
  folder: string,
  { entries, preloads, aliases, page }: BundleField,
): ImageBundle {
  const listed = (part: string, ending: string): readonly string[] =>
    namesIn(join(root, folder, part))
      .filter((name) => name.endsWith(ending))
      .map((name) => `${folder}/${part}/${name}`);
  return {
    folder,
    entries: entries.map((entry) => `${folder}/${entry}`),
    preloads: preloads.map((preload) => `${folder}/${preload}`),
    aliases: Object.fromEntries(Object.entries(aliases).map(([name, path]) => [name, `${folder}/${path}`])),
    modules: page === undefined ? [] : listed(page.modules, ".ts"),
    files: page === undefined ? [] : listed(page.files, ""),
  };
}

function readField(root: string, path: string): BundleField | undefined {
  if (!existsSync(join(root, path))) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(root, path), "utf8"));
  } catch (error) {
    throw bundleFailed(
      { problems: [`${path}: ${error instanceof Error ? error.message : String(error)}`] },
      error,
    );
  }
  const { data, error } = workspace.safeParse(json);
  if (error === undefined) return data.bundle;
  throw bundleFailed({
    problems: error.issues.map(({ path: keys, message }) => `${path}: ${keys.join(".")}: ${message}`),
  });
}

const namesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).toSorted() : [];
