import { join, posix } from "node:path";
import { baseIdentity, baseReferences } from "./base-recipes.ts";
import { contentHash } from "./content-hash.ts";
import type { ContentHash, ContentHashInput } from "./content-hash.ts";
import { baseUnknown, bundleMissing, dockerfileInvalid, dockerfileMissing } from "./errors.ts";
import { type BuildKitFeature, buildKitFeatures, withoutSyntax } from "../../engine/formats/buildkit.ts";
import { familiarName, parseReference } from "../../engine/formats/image-reference.ts";
import { NO_IGNORE_RULES, parseIgnoreRules } from "../../engine/formats/ignore-rules.ts";
import type { ImagesLock } from "./images-lock.ts";
import { mapBases } from "./map-bases.ts";
import type { BaseMapping, MappedDockerfile } from "./map-bases.ts";
import { pinBases } from "./pin-bases.ts";
import { PUBLIC_BASES } from "./public-bases.ts";
import { readImageContext } from "./read-image-context.ts";
import { readBytes, readOptional } from "./read-file.ts";

export interface ImageSource {
  /** Absolute path of the folder that `context` is relative to. */
  readonly root: string;
  /** Name of the image below nasiko/, e.g. "redis" or "agent-translator". */
  readonly name: string;
  /** Context folder relative to the root, with "/" on every system. */
  readonly context: string;
  /** Relative to the context. @default "Dockerfile" */
  readonly dockerfile?: string;
  /** Build arguments. @default none */
  readonly args?: Readonly<Record<string, string>>;
  /** Name of the stage to build. @default the last */
  readonly target?: string;
  /** Where public bases come from: "offline" puts our own in their place. */
  readonly publicImages: "offline" | "registry";
  /** Digests of public bases, for "registry". @default none: bases are taken by their tags */
  readonly lock?: ImagesLock;
  /** Largest context, in bytes. @default no limit */
  readonly contextLimit?: number;
  /** It is one of our own images, in which `COPY dist` takes the bundle. @default false */
  readonly bundled?: boolean;
}

/** How to build an image, and what it is called: everything the program declares and the engine acts on. */
export interface ImageBuild {
  readonly name: string;
  /** "nasiko/redis:" and the first 16 hex digits of the hash. */
  readonly reference: string;
  readonly hash: ContentHash;
  /** Relative to the root, e.g. "./offline/rebuilds/redis". */
  readonly context: string;
  readonly dockerfile: {
    /** Relative to the root: the original, or a stable place below .nasiko/dockerfiles for a generated one. */
    readonly path: string;
    /** Its content, when it is generated: write it to `path` before building. */
    readonly generated?: string;
    /** The original's own ignore file, when it has one: belongs at `path` + ".dockerignore". */
    readonly generatedIgnore?: string;
  };
  readonly args: Readonly<Record<string, string>>;
  /** Name of the stage to build. @default the last */
  readonly target?: string;
  /** What of its Dockerfile needs BuildKit; with nothing of it, every builder does. */
  readonly buildKit: readonly BuildKitFeature[];
  /** References of our bases, which must exist before the build. */
  readonly bases: readonly string[];
  /** References of public bases, which a registry has to hand out before the build. */
  readonly publicBases: readonly string[];
  /** What stands in for which public base. */
  readonly mappings: readonly BaseMapping[];
}

/**
 * Describes an image that is built from a folder. Reads that folder and our base recipes, nothing else.
 * @throws NSK-DOCKERFILE-MISSING, NSK-DOCKERFILE-INVALID, NSK-BASE-UNKNOWN, NSK-BUNDLE-MISSING, NSK-CONTEXT-…
 */
export const describeImage = (source: ImageSource): ImageBuild => explainImage(source).build;

/** The same, and what went into its hash. */
export function explainImage(source: ImageSource): {
  readonly build: ImageBuild;
  readonly input: ContentHashInput;
} {
  const { name, args = {} } = source;
  const folder = join(source.root, source.context);
  const dockerfile = source.dockerfile ?? "Dockerfile";
  const path = posix.join(source.context, dockerfile);

  const original = readDockerfile(source.root, path, name);
  const ownIgnore = readOptional(join(folder, `${dockerfile}.dockerignore`));
  const ignore = ownIgnore ?? readOptional(join(folder, ".dockerignore"));
  const plan = planBases(original, source, path);
  const entries = readImageContext(
    folder,
    ignore === undefined ? NO_IGNORE_RULES : parseIgnoreRules(ignore),
    source.contextLimit,
  );
  if (source.bundled === true && isWithoutBundle(original, entries))
    throw bundleMissing({ image: name, path: posix.join(source.context, BUNDLE) });
  const input: ContentHashInput = {
    dockerfile: plan.text,
    // No argument can be called so: the same files give another image with another target.
    args: source.target === undefined ? args : { ...args, "--target": source.target },
    bases: plan.identities,
    entries,
  };
  const hash = contentHash(input);
  const build = {
    name,
    reference: `nasiko/${name}:${hash.slice("v1:".length, "v1:".length + 16)}`,
    hash,
    context: relativeToRoot(source.context),
    dockerfile:
      plan.text === original
        ? { path }
        : {
            path: `.nasiko/dockerfiles/${name}.Dockerfile`,
            generated: plan.text,
            ...(ownIgnore === undefined ? {} : { generatedIgnore: ownIgnore }),
          },
    args,
    ...(source.target === undefined ? {} : { target: source.target }),
    buildKit: plan.buildKit,
    bases: plan.bases,
    publicBases: plan.publicBases,
    mappings: plan.mappings,
  };
  return { build, input };
}

/** Where the bundle of an image is, in its context. */
const BUNDLE = "dist";

/** Whether the Dockerfile takes a bundle and the context has none. */
const isWithoutBundle = (dockerfile: string, entries: ContentHashInput["entries"]): boolean =>
  new RegExp(`^COPY ${BUNDLE}\\s`, "m").test(dockerfile) &&
  !entries.some(({ path }) => path.startsWith(`${BUNDLE}/`) && /\.[cm]js$/.test(path));

/** What an image stands on, as the content hash and those who build it want to know it. */
interface BasePlan extends Pick<ImageBuild, "bases" | "publicBases" | "mappings" | "buildKit"> {
  /** The Dockerfile as it is built. */
  readonly text: string;
  readonly identities: readonly string[];
}

function planBases(original: string, source: ImageSource, path: string): BasePlan {
  const where = { image: source.name, path };
  const buildKit = buildKitFeatures(original);
  if (source.publicImages === "registry") {
    const pinned = pinBases(original, source.lock ?? [], source.args);
    refuseUnusable({ ...pinned, unknown: [] }, where);
    const { text, bases } = pinned;
    return { text, identities: bases, bases: [], publicBases: bases, mappings: [], buildKit };
  }
  const mapped = mapBases(original, baseReferences(), source.args);
  refuseUnusable(mapped, where);
  const bases = mapped.bases.map((base) => baseIdentity(base));
  return {
    // To the classic builder the line is a comment.
    text: buildKit.length === 0 ? mapped.text : withoutSyntax(mapped.text),
    buildKit,
    identities: bases.map((base) => `${base.name}@${base.hash}`),
    bases: bases.map((base) => base.reference),
    publicBases: [],
    mappings: mapped.mappings,
  };
}

function refuseUnusable(
  { stages, unresolved, unknown }: Pick<MappedDockerfile, "stages" | "unresolved" | "unknown">,
  where: { readonly image: string; readonly path: string },
): void {
  if (stages === 0) throw dockerfileInvalid({ ...where, reason: "it has no FROM line" });
  const [first] = unresolved;
  if (first !== undefined)
    throw dockerfileInvalid({
      ...where,
      reason: `line ${first.line} names no image, because ${first.mention} has no value`,
    });
  if (unknown.length === 0) return;
  const known = PUBLIC_BASES.map(({ example }) => example);
  const programs = new Set(
    unknown.map(({ reference }) => familiarName(parseReference(reference).repository)),
  );
  const same = PUBLIC_BASES.filter(({ repository }) => programs.has(repository)).map(
    ({ example }) => example,
  );
  throw baseUnknown({ ...where, unknown, known, alike: same.length === 0 ? known : same });
}

function readDockerfile(root: string, path: string, image: string): string {
  const bytes = readBytes(join(root, path));
  if (bytes === undefined) throw dockerfileMissing({ image, path });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw dockerfileInvalid({ image, path, reason: "it is not UTF-8 text" }, error);
  }
}

function relativeToRoot(context: string): string {
  const normal = posix.normalize(context).replace(/\/$/, "");
  return normal === "." || normal.startsWith("../") ? normal : `./${normal}`;
}
