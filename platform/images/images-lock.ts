import { join } from "node:path";

import { z } from "zod";

import { jsonProblem } from "../../engine/formats/json-limits.ts";
import { imagesLockInvalid } from "./errors.ts";
import { readOptional } from "./read-file.ts";

export const LOCK_FILE = "images.lock.json";

/** A public image as it was last seen in a registry. */
export interface LockedImage {
  /** Repository on Docker Hub, or with its registry before it, e.g. "otel/opentelemetry-collector-contrib". */
  readonly name: string;
  readonly tag: string;
  /** Digest behind the tag; null in the file. @default nobody looked it up yet: the image is unverified */
  readonly digest?: string | undefined;
}

export type ImagesLock = readonly LockedImage[];

const LockFile = z.strictObject({
  version: z.literal(1),
  images: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9._:/-]*$/, "no name of an image"),
        tag: z.string().regex(/^\w[\w.-]{0,127}$/, "no tag"),
        digest: z
          .string()
          .regex(
            /^sha256:[0-9a-f]{64}$/,
            "no digest: sha256: and 64 hex digits, or null for one that is not known",
          )
          .nullable()
          .transform((digest) => digest ?? undefined),
      }),
    )
    .refine((images) => new Set(images.map(keyOf)).size === images.length, "an image stands there twice"),
});

/** Of the whole file, which has some fifty images. */
const LIMITS = { values: 20_000, depth: 4 };

/**
 * Reads images.lock.json of a checkout.
 * @throws NSK-IMAGES-LOCK-INVALID when it is missing, no JSON, or holds something else than it should
 */
export const readImagesLock = (root: string): ImagesLock => readLockFile(join(root, LOCK_FILE));

/**
 * Reads a file of the same form.
 * @throws NSK-IMAGES-LOCK-INVALID as `readImagesLock` does
 */
export function readLockFile(path: string): ImagesLock {
  try {
    const text = readOptional(path);
    if (text === undefined) throw new Error("there is no such file");
    const problem = jsonProblem(text, LIMITS);
    if (problem !== undefined) throw new Error(problem);
    return LockFile.parse(JSON.parse(text)).images;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw imagesLockInvalid({ path, reason }, error);
  }
}

/** The file's text for these images, sorted, so that equal content gives an equal file. */
export function renderImagesLock(images: ImagesLock): string {
  const sorted = images.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const entries = sorted.map(({ name, tag, digest }) => ({
    name,
    tag,
    // Said of every entry, so that nothing has to be read out of what is left out.
    digest: digest ?? null,
  }));
  return `${JSON.stringify({ version: 1, images: entries }, undefined, 2)}\n`;
}

/** The digest of a tag; undefined when it was never looked up. */
export const lockedDigest = (lock: ImagesLock, name: string, tag: string): string | undefined =>
  lock.find((image) => image.name === name && image.tag === tag)?.digest;

function keyOf({ name, tag }: { readonly name: string; readonly tag: string }): string {
  return `${name}:${tag}`;
}
