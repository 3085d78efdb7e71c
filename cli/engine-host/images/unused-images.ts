import type { ContainerInfo, ImageInfo } from "dockerode";

import { BASE_NAMES, BASE_REPOSITORY } from "../../../platform/images/base-recipes.ts";
import { PLATFORM_IMAGES, publishedName } from "../../../platform/images/platform-images.ts";

export interface UnusedImage {
  /** Tag to remove. */
  readonly reference: string;
  /** Bytes, layers that it shares with others included. */
  readonly size: number;
}

export interface UnusedRequest {
  readonly images: readonly Pick<ImageInfo, "Id" | "RepoTags" | "Size">[];
  /** All containers, whoever they belong to, running or not. */
  readonly containers: readonly Pick<ContainerInfo, "Image" | "ImageID">[];
  /** References that a stack of ours needs as it is now. */
  readonly needed: ReadonlySet<string>;
  /** Agents of our stacks: every build of one is kept, because `rollback-agent` goes back to it and nobody can build it again. */
  readonly agents: ReadonlySet<string>;
  /** Each NASIKO_REGISTRY_URL, where the platform's images are pulled from. @default none are ours */
  readonly registryUrls?: readonly string[];
}

/** Tags that only we make: a name of ours and a hash of the content, of which uploads have twice as much. */
const BUILT = /^nasiko\/[a-z0-9][a-z0-9._-]*:[0-9a-f]{16}(?:[0-9a-f]{16})?$/;
/** Those of an earlier version have no host in their names. */
const BASE = new RegExp(`^(?:${BASE_REPOSITORY}|nasiko)/(?:${BASE_NAMES.join("|")}):[0-9a-f]{12}$`);

/**
 * Images of ours that nothing needs. An image is ours by its name alone, and only by names that nobody else gives:
 * the public platform's images on Docker Hub, say, begin with "nasiko/", too.
 */
export function unusedImages({
  images,
  containers,
  needed,
  agents,
  registryUrls = [],
}: UnusedRequest): readonly UnusedImage[] {
  const used = new Set(containers.flatMap(({ Image, ImageID }) => [Image, ImageID]));
  const isOurs = (tag: string): boolean =>
    BUILT.test(tag) || BASE.test(tag) || registryUrls.some((url) => isPulled(tag, url));
  const isKept = (tag: string): boolean => needed.has(tag) || used.has(tag) || isBuildOf(tag, agents);
  return images
    .filter(({ Id }) => !used.has(Id))
    .flatMap(({ RepoTags, Size }) =>
      // Null for an image without tags, whatever the types say.
      Array.from(RepoTags ?? [])
        .filter((tag) => isOurs(tag) && !isKept(tag))
        .map((reference) => ({ reference, size: Size })),
    )
    .toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
}

function isBuildOf(tag: string, agents: ReadonlySet<string>): boolean {
  const agent = /^nasiko\/agent-([^:]+):(?:[0-9a-f]{16}){1,2}$/.exec(tag)?.[1];
  return agent !== undefined && agents.has(agent);
}

const isPulled = (tag: string, registryUrl: string): boolean =>
  PLATFORM_IMAGES.some((image) => tag.startsWith(`${publishedName(registryUrl, image)}:`));
