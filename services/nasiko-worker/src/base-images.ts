import { z } from "zod";
import { equivalentsIn } from "../../../engine/formats/equivalents.ts";
import { findExternalImages, replaceImages } from "../../../engine/formats/external-images.ts";

/** What stands in for a public base image where no registry answers. */
const BaseImageSchema = z.object({
  /** On Docker Hub, without "library/". */
  repository: z.string(),
  /** Regular expression that the tag has to match. */
  tags: z.string(),
  /** What is in it, as far as versions count; it never stands for a higher one. */
  version: z.string().optional(),
  /** What is there instead, e.g. "localhost/nasiko/base-node:0123456789ab". */
  reference: z.string(),
  /** A public image for which it is made, e.g. "node:24-slim". */
  example: z.string(),
  /** Says what is in it, for the content hash: "base-node@v1:…". */
  identity: z.string(),
});
export type BaseImage = Readonly<z.output<typeof BaseImageSchema>>;
export const BaseImagesSchema = z.array(BaseImageSchema);

export interface MappedDockerfile {
  /** The Dockerfile with other bases; every other byte is as it was. */
  readonly text: string;
  /** Bases that were put in, each once. */
  readonly bases: readonly BaseImage[];
  /** Images in whose place there is none. */
  readonly unknown: readonly { readonly reference: string; readonly line: number }[];
}

/**
 * Puts the bases that are there in the place of public ones, in `FROM` lines, in `--from=` of COPY and in mounts, as
 * the program does it for its own agents.
 */
export function mapBases(dockerfile: string, bases: readonly BaseImage[]): MappedDockerfile {
  const { images } = findExternalImages(dockerfile);
  const baseOf = equivalentsIn(dockerfile, bases);
  return {
    text: replaceImages(dockerfile, images, (reference) => baseOf(reference)?.reference),
    bases: [...new Set(images.flatMap(({ reference }) => baseOf(reference) ?? []))],
    unknown: images
      .filter(({ reference }) => baseOf(reference) === undefined && !isOurs(reference))
      .map(({ reference, line }) => ({ reference, line })),
  };
}

/** Named as it is, by whoever knows how it is called here. */
const isOurs = (reference: string): boolean => reference.startsWith("localhost/");
