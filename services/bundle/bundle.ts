import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import type * as Esbuild from "esbuild";
import { z } from "zod";

import { bundleFailed } from "./errors.ts";
import { FileStates, fileState } from "./file-states.ts";
import { findBundles, type ImageBundle } from "./image-bundle.ts";
import { licenceInputs, licencesOf, packagesOf } from "./licences.ts";

/** Where it is written down what each bundle was made of; never part of an image. */
const RECORD = ".nasiko/bundles.json";
const LICENCES = "THIRD_PARTY_LICENSES.txt";
/** What decides about every bundle: the bundler, and how it is called. */
const BUNDLER = ["bundle.ts", "image-bundle.ts", "licences.ts"].map((file) => `services/bundle/${file}`);

const made = z.object({ inputs: z.array(z.string()).readonly(), outputs: z.array(z.string()).readonly() });
type Made = Readonly<z.infer<typeof made>>;

const bundleRecord = z.object({
  files: z.record(z.string(), fileState),
  /** By the image's folder. */
  bundles: z.record(z.string(), made),
});
type BundleRecord = Readonly<z.infer<typeof bundleRecord>>;

/**
 * Makes one file of each program of the images that are built from our own TypeScript, below `dist` in the image's
 * folder, where the Dockerfile takes it. Has to run before such an image is described. A bundle whose inputs and
 * outputs are as they were is not made again; asking that takes a few milliseconds. Where there are no sources, as
 * in an installed package, the bundles are there already.
 * @param folder absolute folder of the checkout
 * @returns folders of the images whose bundles were made
 * @throws NSK-BUNDLE-FAILED with everything that is wrong with the sources, or with a package's licence
 */
export function bundleImages(folder: string): readonly string[] {
  // The bundler follows a link to the checkout, and would name its files by the way from there.
  const root = realpathSync(folder);
  const bundles = findBundles(root);
  if (bundles.length === 0) return [];
  const record = readRecord(root);
  const states = new FileStates(root, record.files);
  const stale = bundles.filter((bundle) => !isCurrent(bundle, record.bundles[bundle.folder], states));
  const made = stale.length === 0 ? {} : makeBundles(root, stale, states);
  const kept = bundles.map((bundle): [string, Made | undefined] => [
    bundle.folder,
    made[bundle.folder] ?? record.bundles[bundle.folder],
  ]);
  if (stale.length > 0 || states.isNews) writeRecord(root, kept, states);
  return stale.map((bundle) => bundle.folder);
}

function isCurrent(bundle: ImageBundle, made: Made | undefined, states: FileStates): boolean {
  if (made === undefined) return false;
  const inputs = new Set(made.inputs);
  const listed = [...bundle.entries, ...bundle.preloads, ...bundle.modules, ...bundle.files];
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
  const built = [
    buildBundles(
      root,
      bundles.flatMap(({ entries, folder }) => entries.map((path) => ({ path, folder }))),
      PROGRAM,
    ),
    // One by one: what takes a package's place does so for one of them.
    ...bundles.map(({ folder, preloads, aliases }) =>
      buildBundles(
        root,
        preloads.map((path) => ({ path, folder })),
        {
          ...PRELOAD,
          alias: Object.fromEntries(Object.entries(aliases).map(([name, path]) => [name, `./${path}`])),
        },
      ),
    ),
  ];
  const pages = buildModules(
    root,
    bundles.flatMap(({ modules, folder }) => modules.map((path) => ({ path, folder }))),
  );
  return Object.fromEntries(
    bundles.map((bundle) => {
      const { folder, files } = bundle;
      const mine = (path: string): boolean => path.startsWith(`${folder}/`);
      const inputs = built.flatMap(({ inputsOf }) => inputsOf(mine));
      const packages = packagesOf(inputs);
      const contents = new Map<string, Uint8Array | string>([
        ...[...built.flatMap(({ contents }) => contents), ...pages].filter(([path]) => mine(path)),
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
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
  preserveSymlinks: true,
  tsconfigRaw: { compilerOptions: { target: "es2024", verbatimModuleSyntax: true } },
} satisfies Esbuild.BuildOptions;

/** CommonJS packages ask for Node's own modules by `require`, which an ES module does not have. */
const REQUIRE =
  'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);';

/** A program of ours, run by the Node.js of its own image. */
const PROGRAM = {
  format: "esm",
  target: "node24",
  outExtension: { ".js": ".mjs" },
  banner: { js: REQUIRE },
  sourcemap: "linked",
  sourcesContent: false,
} satisfies Esbuild.BuildOptions;

/**
 * What other people's programs load first: for every Node.js there is, and with a global object that the preloads of a
 * process share with each other only. What they register there, such as OpenTelemetry's API does, is no part of the
 * program.
 */
const PRELOAD = {
  format: "cjs",
  target: "node18",
  outExtension: { ".js": ".cjs" },
  minify: true,
  define: { globalThis: "ownGlobalThis" },
  banner: {
    js: 'const ownGlobalThis = (process[Symbol.for("nasiko.preloads")] ??= Object.create(globalThis));',
  },
} satisfies Esbuild.BuildOptions;

/** What differs between the two. */
type Target = keyof typeof PROGRAM | keyof typeof PRELOAD | "alias";

interface BuiltBundles {
  readonly contents: readonly (readonly [path: string, content: Uint8Array])[];
  readonly inputsOf: (isMine: (output: string) => boolean) => readonly string[];
}

function buildBundles(
  root: string,
  sources: readonly Source[],
  kind: Pick<Esbuild.BuildOptions, Target>,
): BuiltBundles {
  if (sources.length === 0) return { contents: [], inputsOf: () => [] };
  const { outputFiles, metafile } = build({
    ...COMMON,
    ...kind,
    absWorkingDir: root,
    outdir: root,
    entryPoints: sources.map(({ path, folder }) => ({
      in: path,
      out: `${folder}/dist/${basename(path, ".ts")}`,
    })),
    bundle: true,
    platform: "node",
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
  const { outputFiles } = build({
    ...COMMON,
    absWorkingDir: root,
    outdir: root,
    entryPoints: sources.map(({ path, folder }) => ({
      in: path,
      out: `${folder}/dist/public/${basename(path, ".ts")}`,
    })),
    bundle: false,
    format: "esm",
    platform: "browser",
    target: "es2024",
  });
  return outputFiles.map(({ path, text }) => [
    relativeTo(root, path),
    text.replace(/((?:from\s+|import\()"\.\/[\w-]+)\.ts"/g, '$1.js"'),
  ]);
}

/**
 * Loads the bundler when something is to be bundled only: an installed package has neither sources nor bundler.
 * @throws NSK-BUNDLE-FAILED
 */
function build<Options extends Esbuild.BuildOptions>(
  options: Esbuild.SameShape<Esbuild.BuildOptions, Options>,
): Esbuild.BuildResult<Options> {
  try {
    // `require` knows no types; this is what the package declares.
    const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof Esbuild;
    return buildSync(options);
  } catch (error) {
    throw bundleFailed({ problems: problemsOf(error) }, error);
  }
}

/** A line for each error that the bundler found, or the one sentence of an error that kept it from starting. */
function problemsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  // The bundler's error has the messages that its declaration of BuildFailure names; any other error has none.
  const { errors } = error as Partial<Esbuild.BuildFailure>;
  if (errors === undefined || errors.length === 0) return [error.message.split("\n")[0] ?? ""];
  return errors.map(({ location, text }) =>
    location === null ? text : `${location.file}:${location.line}: ${text}`,
  );
}

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
  // What is damaged counts as not there, and everything is made again.
  const nothing = { files: {}, bundles: {} };
  try {
    return bundleRecord.safeParse(JSON.parse(readFileSync(join(root, RECORD), "utf8"))).data ?? nothing;
  } catch {
    return nothing;
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
