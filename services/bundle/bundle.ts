import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import type * as Esbuild from "esbuild";

import { FileStates, type FileState } from "./file-states.ts";
import { findBundles, type ImageBundle } from "./image-bundle.ts";
import { licenceInputs, licencesOf, packagesOf } from "./licences.ts";

/** Where it is written down what each bundle was made of; never part of an image. */
const RECORD = ".nasiko/bundles.json";
const LICENCES = "THIRD_PARTY_LICENSES.txt";
/** What decides about every bundle: the bundler, and how it is called. */
const BUNDLER = ["bundle.ts", "image-bundle.ts", "licences.ts"].map((file) => `services/bundle/${file}`);

interface Made {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface BundleRecord {
  readonly files: Readonly<Record<string, FileState>>;
  /** By the image's folder. */
  readonly bundles: Readonly<Record<string, Made>>;
}

/**
 * Makes one file of each program of the images that are built from our own TypeScript, below `dist` in the image's
 * folder, where the Dockerfile takes it. Has to run before such an image is described. A bundle whose inputs and
 * outputs are as they were is not made again; asking that takes a few milliseconds. Where there are no sources, as
 * in an installed package, the bundles are there already.
 * @param root absolute folder of the checkout
 * @returns folders of the images whose bundles were made
 * @throws Error when a source cannot be bundled, or a package says nowhere under which licence it is
 */
export function bundleImages(root: string): readonly string[] {
  const bundles = findBundles(root);
  if (bundles.length === 0) return [];
  const record = readRecord(root);
  const states = new FileStates(root, record.files);
  const stale = bundles.filter((bundle) => !isCurrent(bundle, record.bundles[bundle.folder], states));
  const made = stale.length === 0 ? {} : makeBundles(root, stale, states);
  const kept = bundles.map(({ folder }): [string, Made | undefined] => [
    folder,
    made[folder] ?? record.bundles[folder],
  ]);
  if (stale.length > 0 || states.isNews) writeRecord(root, kept, states);
  return stale.map(({ folder }) => folder);
}

function isCurrent(bundle: ImageBundle, made: Made | undefined, states: FileStates): boolean {
  if (made === undefined) return false;
  const inputs = new Set(made.inputs);
  const listed = [...bundle.entries, ...bundle.modules, ...bundle.files];
  return (
    listed.every((path) => inputs.has(path)) &&
    made.inputs.every((path) => states.isSame(path)) &&
    made.outputs.every((path) => states.isSame(path))
  );
}

function makeBundles(
  root: string,
  bundles: readonly ImageBundle[],
  states: FileStates,
): Readonly<Record<string, Made>> {
  const programs = buildPrograms(
    root,
    bundles.flatMap(({ entries, folder }) => entries.map((path) => ({ path, folder }))),
  );
  const pages = buildModules(
    root,
    bundles.flatMap(({ modules, folder }) => modules.map((path) => ({ path, folder }))),
  );
  return Object.fromEntries(
    bundles.map((bundle) => {
      const { folder, files } = bundle;
      const mine = (path: string): boolean => path.startsWith(`${folder}/`);
      const inputs = programs.inputsOf(mine);
      const packages = packagesOf(inputs);
      const contents = new Map<string, Uint8Array | string>([
        ...[...programs.contents, ...pages].filter(([path]) => mine(path)),
        ...files.map((path): [string, Uint8Array] => [
          `${folder}/dist/public/${basename(path)}`,
          readFileSync(join(root, path)),
        ]),
        [`${folder}/dist/${LICENCES}`, licencesOf(root, packages)],
      ]);
      writeAll(root, folder, contents);
      for (const path of contents.keys()) states.forget(path);
      const made: Made = {
        inputs: [
          ...new Set([
            ...BUNDLER,
            "node_modules/esbuild/package.json",
            // Decides which version of a package an import finds.
            "package-lock.json",
            `${folder}/package.json`,
            ...inputs,
            ...bundle.modules,
            ...files,
            ...licenceInputs(root, packages),
          ]),
        ].toSorted(),
        outputs: [...contents.keys()].toSorted(),
      };
      return [folder, made];
    }),
  );
}

interface Source {
  readonly path: string;
  readonly folder: string;
}

/** The same for every folder and machine: no absolute path, no time, no link is followed to where it leads. */
const COMMON = {
  write: false,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
  preserveSymlinks: true,
  tsconfigRaw: { compilerOptions: { target: "es2024", verbatimModuleSyntax: true } },
} satisfies Esbuild.BuildOptions;

/** CommonJS packages ask for Node's own modules by `require`, which an ES module does not have. */
const REQUIRE =
  'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);';

function buildPrograms(
  root: string,
  sources: readonly Source[],
): {
  readonly contents: readonly (readonly [path: string, content: Uint8Array])[];
  readonly inputsOf: (isMine: (output: string) => boolean) => readonly string[];
} {
  const { outputFiles, metafile } = esbuild().buildSync({
    ...COMMON,
    absWorkingDir: root,
    outdir: root,
    entryPoints: sources.map(({ path, folder }) => ({
      in: path,
      out: `${folder}/dist/${basename(path, ".ts")}`,
    })),
    bundle: true,
    platform: "node",
    target: "node24",
    outExtension: { ".js": ".mjs" },
    banner: { js: REQUIRE },
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
  });
  return {
    contents: outputFiles.map(({ path, contents }) => [relativeTo(root, path), contents]),
    inputsOf: (isMine) =>
      Object.entries(metafile.outputs)
        .filter(([output]) => isMine(output))
        .flatMap(([, { inputs }]) => Object.keys(inputs)),
  };
}

/** Takes the types off the modules of a page; a browser knows them by the names they are served under. */
function buildModules(
  root: string,
  sources: readonly Source[],
): readonly (readonly [path: string, content: string])[] {
  if (sources.length === 0) return [];
  const { outputFiles } = esbuild().buildSync({
    ...COMMON,
    absWorkingDir: root,
    outdir: root,
    entryPoints: sources.map(({ path, folder }) => ({
      in: path,
      out: `${folder}/dist/public/${basename(path, ".ts")}`,
    })),
    bundle: false,
    platform: "browser",
    target: "es2024",
  });
  return outputFiles.map(({ path, text }) => [
    relativeTo(root, path),
    text.replace(/((?:from\s+|import\()"\.\/[\w-]+)\.ts"/g, '$1.js"'),
  ]);
}

/** Loaded when something is to be bundled only: an installed package has neither sources nor bundler. */
const esbuild = (): typeof Esbuild =>
  // `require` knows no types; this is what the package declares.
  createRequire(import.meta.url)("esbuild") as typeof Esbuild;

const relativeTo = (root: string, path: string): string => path.slice(root.length + 1).replaceAll("\\", "/");

/** Each file appears at once and whole: two programs may bundle at the same time, and they write the same. */
function writeAll(root: string, folder: string, contents: ReadonlyMap<string, Uint8Array | string>): void {
  for (const [path, content] of contents) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeWhole(join(root, path), content);
  }
  const dist = `${folder}/dist`;
  for (const file of readdirSync(join(root, dist), { recursive: true, withFileTypes: true })) {
    const path = relativeTo(root, join(file.parentPath, file.name));
    if (file.isFile() && !contents.has(path) && !path.endsWith(".part"))
      rmSync(join(root, path), { force: true });
  }
}

function writeWhole(path: string, content: Uint8Array | string): void {
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, content);
  renameSync(part, path);
}

function readRecord(root: string): BundleRecord {
  try {
    // Written below; what is damaged counts as not there, and everything is made again.
    return JSON.parse(readFileSync(join(root, RECORD), "utf8")) as BundleRecord;
  } catch {
    return { files: {}, bundles: {} };
  }
}

function writeRecord(
  root: string,
  bundles: readonly (readonly [folder: string, made: Made | undefined])[],
  states: FileStates,
): void {
  const paths = new Set(bundles.flatMap(([, made]) => [...(made?.inputs ?? []), ...(made?.outputs ?? [])]));
  const files = Object.fromEntries([...paths].map((path) => [path, states.now(path)]));
  mkdirSync(join(root, dirname(RECORD)), { recursive: true });
  writeWhole(join(root, RECORD), JSON.stringify({ files, bundles: Object.fromEntries(bundles) }));
}
