import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folders whose children may be images that are made of one bundled file per entry. */
const PARENTS = ["services", "offline/stand-ins"];

/** What the bundle of one image is made of. All paths are relative to the root, with "/" on every system. */
export interface ImageBundle {
  /** E.g. "services/nasiko-web"; the bundle is put below it, in `dist`. */
  readonly folder: string;
  /** Programs of the image; each becomes one file. */
  readonly entries: readonly string[];
  /** Modules for browsers: each stays a file of its own, without its types. */
  readonly modules: readonly string[];
  /** Files that are copied beside the modules. */
  readonly files: readonly string[];
}

/** Field `bundle` in the package.json of a workspace, with paths relative to its folder. */
interface BundleField {
  readonly entries: readonly string[];
  /** Folders of a web page. @default there is none */
  readonly page?: { readonly modules: string; readonly files: string };
}

/** Finds what is to be bundled. In an installed package there are no sources, and so there is nothing. */
export const findBundles = (root: string): readonly ImageBundle[] =>
  PARENTS.flatMap((parent) =>
    namesIn(join(root, parent)).flatMap((name) => {
      const folder = `${parent}/${name}`;
      const field = existsSync(join(root, folder, "src")) ? readField(join(root, folder)) : undefined;
      return field === undefined ? [] : [bundleOf(root, folder, field)];
    }),
  );

function bundleOf(root: string, folder: string, { entries, page }: BundleField): ImageBundle {
  const listed = (part: string, ending: string): readonly string[] =>
    namesIn(join(root, folder, part))
      .filter((name) => name.endsWith(ending))
      .map((name) => `${folder}/${part}/${name}`);
  return {
    folder,
    entries: entries.map((entry) => `${folder}/${entry}`),
    modules: page === undefined ? [] : listed(page.modules, ".ts"),
    files: page === undefined ? [] : listed(page.files, ""),
  };
}

function readField(folder: string): BundleField | undefined {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return undefined;
  // Our own file; the type checker does not see into it, and the bundler names an entry that does not exist.
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly bundle?: BundleField }).bundle;
}

const namesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).toSorted() : [];
