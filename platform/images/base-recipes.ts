import { join } from "node:path";
import { packageFolder } from "../package-folder.ts";
import { contentHash } from "./content-hash.ts";
import type { ContentHash } from "./content-hash.ts";
import { parseIgnoreRules } from "../../engine/formats/ignore-rules.ts";
import { readImageContext } from "./read-image-context.ts";

/** Bases that are made on a machine which takes no images from a registry; each after the one that it stands on. */
export const BASE_NAMES = [
  ...(["base-debian", "base-debian-13", "base-node", "base-node-22", "base-node-20"] as const),
  ...(["base-python", "base-python-3.13", "base-golang", "base-golang-1.27", "base-golang-1.25"] as const),
  ...(["base-golang-1.24", "base-golang-1.23", "base-golang-1.22", "base-rust"] as const),
];
export type BaseName = (typeof BASE_NAMES)[number];

export interface BaseRecipe {
  /** Folder of the recipe's files, relative to the project. Bases that differ in their versions alone share one. */
  readonly folder:
    | "offline/bases/debian"
    | "offline/bases/node"
    | "offline/bases/python"
    | "offline/bases/golang"
    | "offline/bases/rust";
  /** The base it stands on. @default none: a root file system of its own */
  readonly on?: BaseName;
  /** What the recipe takes from outside, pinned as far as the source allows. */
  readonly versions: Readonly<Record<string, string>>;
  /** Arguments of its Dockerfile. @default those that the Dockerfile says */
  readonly args?: Readonly<Record<string, string>>;
  /** Variables of the image besides those of its Dockerfile. @default none */
  readonly env?: Readonly<Record<string, string>>;
}

const golang = (version: string): BaseRecipe => ({
  folder: "offline/bases/golang",
  // Made with Python's pip, because that is where Go's toolchain can be had as a package.
  on: "base-python",
  versions: { go: version },
  args: { GO: version },
});

export const BASE_RECIPES: Readonly<Record<BaseName, BaseRecipe>> = {
  "base-debian": { folder: "offline/bases/debian", versions: { suite: "bookworm" } },
  "base-debian-13": { folder: "offline/bases/debian", versions: { suite: "trixie" } },
  "base-node": {
    folder: "offline/bases/node",
    on: "base-debian",
    versions: { node: "24.21.0", npm: "11.21.2" },
  },
  "base-node-22": {
    folder: "offline/bases/node",
    on: "base-debian",
    versions: { node: "22.23.5", npm: "10.9.9" },
  },
  "base-node-20": {
    folder: "offline/bases/node",
    on: "base-debian",
    versions: { node: "20.20.2", npm: "10.8.2" },
    // It does not know NODE_USE_SYSTEM_CA, by which later ones trust what the base trusts.
    env: { NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/ca-certificates.crt" },
  },
  "base-python": { folder: "offline/bases/python", on: "base-debian", versions: { python: "3.11" } },
  "base-python-3.13": {
    folder: "offline/bases/python",
    on: "base-debian-13",
    versions: { python: "3.13" },
    args: { SUITE: "trixie" },
  },
  "base-golang": golang("1.26.6"),
  "base-golang-1.27": golang("1.27.3"),
  "base-golang-1.25": golang("1.25.5"),
  "base-golang-1.24": golang("1.24.11"),
  "base-golang-1.23": golang("1.23.9"),
  "base-golang-1.22": golang("1.22.10"),
  "base-rust": { folder: "offline/bases/rust", on: "base-debian-13", versions: { rust: "1.85" } },
};

/** A recipe's description says what comes out of it and is no part of it. */
export const DESCRIPTION = "image.json";
const RECIPE_RULES = parseIgnoreRules(DESCRIPTION);

/** What a base is called, by what it is made of: never by image id, mirror, or certificate authorities. */
export interface BaseIdentity {
  readonly name: BaseName;
  /** Recipe hash: the recipe's files and versions, and the same of the base below. */
  readonly hash: ContentHash;
  /** @example "localhost/nasiko/base-node:0123456789ab" */
  readonly reference: string;
}

/**
 * Where bases are, in a name that no registry can answer: Docker Hub's organisation of the same name may be anybody's, and
 * a build whose base is missing asks for it. Docker takes "localhost" for this very machine.
 */
export const BASE_REPOSITORY = "localhost/nasiko";

/** @param project folder that holds images/; the default is this package */
export function baseIdentity(name: BaseName, project: string = packageFolder()): BaseIdentity {
  const recipe = BASE_RECIPES[name];
  const hash = contentHash({
    dockerfile: "",
    args: { ...recipe.versions, ...recipe.args, ...recipe.env },
    bases: recipe.on === undefined ? [] : [baseIdentity(recipe.on, project).hash],
    entries: readImageContext(join(project, recipe.folder), RECIPE_RULES),
  });
  return {
    name,
    hash,
    reference: `${BASE_REPOSITORY}/${name}:${hash.slice("v1:".length, "v1:".length + 12)}`,
  };
}

/** Reference of every base. */
export function baseReferences(): Readonly<Record<BaseName, string>> {
  // fromEntries forgets the keys' type; BASE_NAMES holds every BaseName.
  return Object.fromEntries(BASE_NAMES.map((name) => [name, baseIdentity(name).reference])) as Record<
    BaseName,
    string
  >;
}
