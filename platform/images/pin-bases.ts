import { findExternalImages, replaceImages } from "../../engine/formats/external-images.ts";
import { type ImagesLock, lockedDigest } from "./images-lock.ts";
import { familiarName, parseReference } from "../../engine/formats/image-reference.ts";

export interface PinnedDockerfile {
  /** The Dockerfile with the digest behind each base that the lock file knows; every other byte is as it was. */
  readonly text: string;
  /** Every public image it takes something from, pinned where it can be; each once. */
  readonly bases: readonly string[];
  readonly stages: number;
  readonly unresolved: readonly { readonly mention: string; readonly line: number }[];
}

/**
 * Pins the public bases of a Dockerfile that is built where a registry answers.
 * @param args build arguments, which may decide what a FROM line means
 */
export function pinBases(
  dockerfile: string,
  lock: ImagesLock,
  args: Readonly<Record<string, string>> = {},
): PinnedDockerfile {
  const { images, stages, unresolved } = findExternalImages(dockerfile, args);
  const pinned = new Map(images.map(({ reference }) => [reference, pin(reference, lock)]));
  // What is not pinned stays as it was written, so that a build argument in it keeps its meaning.
  const text = replaceImages(dockerfile, images, (reference) => {
    const other = pinned.get(reference);
    return other === reference ? undefined : other;
  });
  return { text, bases: [...new Set(pinned.values())], stages, unresolved };
}

function pin(reference: string, lock: ImagesLock): string {
  const { repository, tag = "latest", digest } = parseReference(reference);
  if (digest !== undefined) return reference;
  const locked = lockedDigest(lock, familiarName(repository), tag);
  return locked === undefined ? reference : `${repository}:${tag}@${locked}`;
}
