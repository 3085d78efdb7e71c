import { z } from "zod";

/** What a tag of ours names: an index, with one manifest for each platform that was built. */
export const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
export const INDEX_TYPES = [INDEX_TYPE, "application/vnd.docker.distribution.manifest.list.v2+json"] as const;
export const MANIFEST_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
] as const;

/** Says in an index what each image was built from: builds of equal content have other digests each time. */
const CONTENT = "dev.nasiko.content-hash";

const Descriptor = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
  platform: z.looseObject({ os: z.string(), architecture: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = Readonly<z.output<typeof Descriptor>>;

const Index = z.object({ manifests: z.array(Descriptor).max(100) });

/** @example platformOf("linux/arm64") // { os: "linux", architecture: "arm64" } */
function platformOf(platform: string): NonNullable<Descriptor["platform"]> {
  const [os = "linux", architecture = "amd64"] = platform.split("/");
  return { os, architecture };
}

/** The members of an index; undefined for what is none. */
export const readIndex = (content: unknown): readonly Descriptor[] | undefined =>
  Index.safeParse(content).data?.manifests;

export interface Wanted {
  /** Of what the image is built from, "v1:…". */
  readonly hash: string;
  /** @example "linux/amd64" */
  readonly platform: string;
}

/** How a tag stands to what shall be published under it. */
export type TagState =
  | { readonly kind: "free" }
  /** It has this content for this platform. */
  | { readonly kind: "there" }
  /** It has this content, for other platforms only. */
  | { readonly kind: "other-platforms"; readonly kept: readonly Descriptor[] }
  /** It names something else. */
  | { readonly kind: "taken" };

/** @param content of the manifest behind the tag; undefined: there is no such tag */
export function tagState(content: unknown, { hash, platform }: Wanted): TagState {
  if (content === undefined) return { kind: "free" };
  const members = readIndex(content) ?? [];
  const isOurs = ({ annotations }: Descriptor): boolean => annotations?.[CONTENT] === hash;
  if (members.length === 0 || !members.every(isOurs)) return { kind: "taken" };
  return members.some((member) => isFor(member, platform))
    ? { kind: "there" }
    : { kind: "other-platforms", kept: members };
}

/** @param kept what the tag has for other platforms. @param image what was pushed for this one */
export function withImage(
  kept: readonly Descriptor[],
  image: Pick<Descriptor, "digest" | "mediaType" | "size">,
  { hash, platform }: Wanted,
): { readonly schemaVersion: 2; readonly mediaType: string; readonly manifests: readonly Descriptor[] } {
  const { mediaType, digest, size } = image;
  const ours = { mediaType, digest, size, platform: platformOf(platform), annotations: { [CONTENT]: hash } };
  const others = kept.filter((member) => !isFor(member, platform));
  const manifests = [...others, ours].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return { schemaVersion: 2, mediaType: INDEX_TYPE, manifests };
}

/** Platforms of an index, e.g. ["linux/amd64", "linux/arm64"]. */
export const platformsOf = (members: readonly Descriptor[]): readonly string[] => members.map(nameOf);

const nameOf = ({ platform }: Descriptor): string =>
  platform === undefined ? "" : `${platform.os}/${platform.architecture}`;

const isFor = (member: Descriptor, platform: string): boolean => nameOf(member) === platform;
