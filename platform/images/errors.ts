import type { ContextError } from "../../engine/formats/context-error.ts";
import { defineError, type NasikoError } from "../errors/define-error.ts";

export interface DockerfileMissing {
  /** Name of the image, e.g. "agent-translator". */
  readonly image: string;
  /** Where the Dockerfile was looked for, relative to the root. */
  readonly path: string;
}

export const dockerfileMissing = defineError("NSK-DOCKERFILE-MISSING", {
  exitCode: 11,
  sentence: ({ image, path }: DockerfileMissing) =>
    `Image ${image} has no Dockerfile: ${path} does not exist.`,
  suggestion: ({ path }) => `Create ${path}, or take the folder out of the stack's configuration.`,
});

export interface DockerfileInvalid {
  readonly image: string;
  readonly path: string;
  /** What is wrong with it, e.g. "it has no FROM line". */
  readonly reason: string;
}

export const dockerfileInvalid = defineError("NSK-DOCKERFILE-INVALID", {
  exitCode: 11,
  sentence: ({ image, path, reason }: DockerfileInvalid) =>
    `The Dockerfile of image ${image} cannot be used: ${reason} (${path}).`,
  suggestion: ({ path }) => `Correct ${path}.`,
});

export const bundleMissing = defineError("NSK-BUNDLE-MISSING", {
  exitCode: 11,
  sentence: ({ image, path }: DockerfileMissing) =>
    `Image ${image} has no bundle: there is no program in ${path}.`,
  detail: () =>
    "The images of the platform's own services are made of bundles, which the package carries and a checkout makes.",
  suggestion: () => "npm install nasiko --force   # in a checkout: node services/bundle/make.ts",
});

export interface BaseUnknown {
  readonly image: string;
  readonly path: string;
  /** Every base without an equivalent, in the order of the file. */
  readonly unknown: readonly { readonly reference: string; readonly line: number; readonly why?: string }[];
  /** What can be used instead, e.g. "node:24-slim". */
  readonly known: readonly string[];
  /** Of these, the ones with the same programs; all, where there are none. */
  readonly alike: readonly string[];
}

export const baseUnknown = defineError("NSK-BASE-UNKNOWN", {
  exitCode: 14,
  sentence: ({ image, unknown }: BaseUnknown) =>
    `Image ${image} is based on ${unknown.map((base) => base.reference).join(" and ")}, ` +
    "which cannot be made on this machine.",
  detail: ({ path, unknown, known }) =>
    [
      ...unknown.map(
        ({ line, reference, why }) => `${path}:${line}: ${reference}${why === undefined ? "" : ` (${why})`}`,
      ),
      "This stack takes no images from a registry (nasiko:publicImages is offline).",
      `Bases there are: ${known.join(", ")}.`,
    ].join("\n"),
  suggestion: ({ alike }) =>
    `Use ${alike.join(" or ")}, or set nasiko:publicImages to registry where one can be reached.`,
});

export const baseNotMade = defineError("NSK-BASE-NOT-MADE", {
  exitCode: 14,
  sentence: ({ unknown }: Pick<BaseUnknown, "known"> & { readonly unknown: readonly string[] }) =>
    `No base can be made on this machine for ${unknown.join(", ")}.`,
  suggestion: ({ known }) => `Bases there are for: ${known.join(", ")}.`,
});

export interface ContextProblem {
  /** Path on this machine of the file in question. */
  readonly path: string;
  readonly reason: string;
}

export const contextUnreadable = defineError("NSK-CONTEXT-UNREADABLE", {
  exitCode: 11,
  sentence: ({ path, reason }: ContextProblem) => `${path} cannot be read for the image build: ${reason}.`,
  suggestion: ({ path }) => `Make ${path} readable, or list it in .dockerignore.`,
});

export const contextChanged = defineError("NSK-CONTEXT-CHANGED", {
  exitCode: 11,
  sentence: ({ path, reason }: ContextProblem) => `${path} ${reason} while it was read for the image build.`,
  suggestion: ({ path }) =>
    `Run the command again when nothing writes to the folder, or list ${path} in .dockerignore.`,
});

export const contextUnsupported = defineError("NSK-CONTEXT-UNSUPPORTED", {
  exitCode: 11,
  sentence: ({ path, reason }: ContextProblem) => `${path} cannot be part of an image: ${reason}.`,
  suggestion: ({ path }) => `Remove ${path}, or list it in .dockerignore.`,
});

export interface LargeContext {
  /** Path on this machine. */
  readonly folder: string;
  /** The file with which the limit was passed, relative to the folder. */
  readonly path: string;
  /** Of that file, in bytes. */
  readonly size: number;
  /** In bytes. */
  readonly limit: number;
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)}MB`;

const contextTooLarge = defineError("NSK-CONTEXT-TOO-LARGE", {
  exitCode: 11,
  sentence: ({ folder, limit }: LargeContext) =>
    `${folder} is too large for the image build: more than ${megabytes(limit)}.`,
  detail: ({ path, size }) => `The limit was passed with ${path} (${megabytes(size)}).`,
  suggestion: ({ folder, path, limit, size }) =>
    `echo '${path}' >> ${folder}/.dockerignore   # or raise the limit: NASIKO_CONTEXT_LIMIT=${megabytes(limit + size)}`,
});

/** The same in our form. */
export function contextProblem(error: ContextError): NasikoError {
  const { fault } = error;
  switch (fault.kind) {
    case "unreadable":
      return contextUnreadable(fault, error);
    case "changed":
      return contextChanged(fault, error);
    case "unsupported":
      return contextUnsupported(fault, error);
    case "too-large":
      return contextTooLarge(fault, error);
  }
}

export const imagesLockInvalid = defineError("NSK-IMAGES-LOCK-INVALID", {
  exitCode: 11,
  sentence: ({ path }: ContextProblem) => `${path} cannot be used.`,
  detail: ({ reason }) => reason,
  suggestion: () => "git checkout images.lock.json   # or look the digests up again: ./nasiko images lock",
});

export const imageJsonInvalid = defineError("NSK-IMAGE-JSON-INVALID", {
  exitCode: 11,
  sentence: ({ problems }: { readonly problems: readonly string[] }) =>
    `The descriptions of the offline images cannot be used (${problems.length === 1 ? "1 problem" : `${problems.length} problems`}).`,
  detail: ({ problems }) => problems.join("\n"),
  suggestion: () =>
    "Correct the files that are named (docs/CONTRIBUTING.md says what they hold), or take them back: git checkout offline",
});

export const registryUrlMissing = defineError<undefined>("NSK-REGISTRY-URL-MISSING", {
  exitCode: 11,
  sentence: () => "The platform's images shall come from a registry, but NASIKO_REGISTRY_URL names none.",
  suggestion: () => "NASIKO_REGISTRY_URL=registry.example/acme NASIKO_VERSION=1.2.3 ./nasiko local up",
});
