import { z } from "zod";
import { findExternalImages, replaceImages } from "../../../engine/formats/external-images.ts";
import { familiarName, parseReference } from "../../../engine/formats/image-reference.ts";

/** What stands in for a public base image where no registry answers. */
const BaseImageSchema = z.object({
  /** On Docker Hub, without "library/". */
  repository: z.string(),
  /** Regular expression that the tag has to match. */
  tags: z.string(),
  /** What is there instead, e.g. "localhost/nasiko/base-node:0123456789ab". */
  reference: z.string(),
  /** Says what is in it, for the content hash: "base-node@v1:…". */
  identity: z.string(),
});
export type BaseImage = Readonly<z.output<typeof BaseImageSchema>>;
export const BaseImagesSchema = z.array(BaseImageSchema);

export interface MappedDockerfile {
  /** The Dockerfile with other bases; every other byte is as it was. */
  readonly text: string;
  /** Identities of the bases that were put in. */
  readonly bases: readonly string[];
}

/**
 * Puts the bases that are there in the place of public ones, in `FROM` lines, in `--from=` of COPY and in mounts, as
 * the program does it for its own agents.
 */
export function mapBases(dockerfile: string, bases: readonly BaseImage[]): MappedDockerfile {
  const used = new Set<string>();
  const text = replaceImages(dockerfile, findExternalImages(dockerfile).images, (reference) => {
    const base = bases.find((candidate) => stands(candidate, reference));
    if (base !== undefined) used.add(base.identity);
    return base?.reference;
  });
  return { text, bases: [...used] };
}

function stands({ repository, tags }: BaseImage, reference: string): boolean {
  const { repository: name, tag = "latest" } = parseReference(reference);
  // The expression is the platform's own; what it is asked about has no more letters than a tag may have.
  return familiarName(name) === repository && tag.length <= 128 && new RegExp(tags).test(tag);
}
