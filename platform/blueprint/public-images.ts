import { findExternalImages } from "../../engine/formats/external-images.ts";
import { type ImagesLock, lockedDigest } from "../images/images-lock.ts";
import { parseReference, shortName } from "../../engine/formats/image-reference.ts";
import type { ServiceSpec } from "../services/service-spec.ts";

/**
 * Every third-party image that this project names: what services run, and what the Dockerfiles of the platform's own
 * images start from. Each with the digest that the lock file has for it.
 * @param dockerfileOf the text of an image's Dockerfile in services, by the image's name
 */
export function publicImages(
  services: readonly ServiceSpec[],
  dockerfileOf: (image: string) => string,
  lock: ImagesLock,
): ImagesLock {
  const references = services.flatMap(({ image }) =>
    image.kind === "public"
      ? [`${image.name}:${image.tag}`]
      : findExternalImages(dockerfileOf(shortName(image.name))).images.map(({ reference }) => reference),
  );
  return [...new Set(references)].toSorted().map((reference) => {
    const { repository, tag = "latest" } = parseReference(reference);
    return { name: repository, tag, digest: lockedDigest(lock, repository, tag) };
  });
}
