import { createHash } from "node:crypto";
import { posix, relative, sep } from "node:path";

import { describeImage, explainImage, type ImageBuild, type ImageSource } from "../images/describe-image.ts";
import type { ContentHashInput } from "../images/content-hash.ts";
import { dockerfileMissing, registryUrlMissing } from "../images/errors.ts";
import { type ImagesLock, lockedDigest, readImagesLock } from "../images/images-lock.ts";
import { type OfflineImage, readOfflineImages } from "../images/offline-images.ts";
import { publishedName } from "../images/platform-images.ts";
import { shortName } from "../../engine/formats/image-reference.ts";
import { type Substitute, substituteFor } from "../images/substitute.ts";
import type { ImageRef } from "../services/service-spec.ts";
import type { Settings } from "../settings/settings.ts";

/** An image of the stack, and whether it is built here or pulled from a registry. */
export type PlannedImage = BuiltImage | PulledImage | KeptImage;

interface PlannedImageBase {
  /** Logical name in the program, unique in the stack, e.g. "redis". */
  readonly name: string;
  /** What containers are made from, e.g. "nasiko/redis:1f2e…" or "redis:7.4.11-alpine@sha256:…". */
  readonly reference: string;
  /** 16 hex digits that change with the image: of its content when it is built here, else of its reference. */
  readonly shortHash: string;
  /** What runs in place of the public image. @default it is what its name and tag say */
  readonly substitute?: Substitute;
  readonly origin: ImageOrigin;
}

/** Where an image comes from, in one word for people. */
export type ImageOrigin =
  /** One of the platform's own, pulled, or built from services. */
  | "registry"
  | "build"
  /** A third-party image, pulled, or its equivalent from offline/. */
  | "public"
  | "offline"
  | "agent";

export interface BuiltImage extends PlannedImageBase, ImageBuild {
  readonly kind: "built";
  /** CPU seconds that a build takes, roughly. @default a few */
  readonly effort?: number;
  /** What steps of its build may read while they run. @default nothing */
  readonly secrets?: BuildSecretValues;
}

/** Secrets of a build by id: for the engine alone. They are in no image, hash, plan or state. */
export type BuildSecretValues = ReadonlyMap<string, Uint8Array>;

export interface PulledImage extends PlannedImageBase {
  readonly kind: "pulled";
  /** Digest that is pulled, "sha256:…". @default whatever the tag names in the registry */
  readonly digest?: string;
  /** The digest is pinned, so that every machine runs the same image. */
  readonly verified: boolean;
}

/** An earlier build of an agent, to go back to: it is on the engine, and no registry has it. */
export interface KeptImage extends PlannedImageBase {
  readonly kind: "kept";
}

/** Where the platform's own images come from, by the settings. */
const platformImageOrigin = ({ images, registryUrl }: Settings): NonNullable<Settings["images"]> =>
  images ?? (registryUrl === undefined ? "build" : "registry");

/** Plans the images of one stack, each only once. Reads the lock file and the folders that images are built from. */
export class ImageCatalogue {
  readonly #root: string;
  readonly #program: string;
  readonly #settings: Settings;
  readonly #lock: ImagesLock;
  readonly #offline: readonly OfflineImage[];
  readonly #from: NonNullable<Settings["images"]>;
  readonly #known = new Map<string, PlannedImage>();

  /** @throws NSK-IMAGES-LOCK-INVALID, NSK-IMAGE-JSON-INVALID, NSK-REGISTRY-URL-MISSING */
  constructor(root: string, settings: Settings, program: string = root) {
    this.#root = root;
    this.#program = program;
    this.#settings = settings;
    // A stack that is not running needs no image: `down` works whatever became of registry and lock file.
    this.#lock = settings.running ? readImagesLock(root) : [];
    this.#offline = readOfflineImages(root);
    this.#from = settings.running ? platformImageOrigin(settings) : "build";
    if (this.#from === "registry" && settings.registryUrl === undefined) throw registryUrlMissing(undefined);
  }

  /** @throws NasikoError when the folder holds nothing that can be built. */
  ofService(ref: ImageRef): PlannedImage {
    const key = ref.kind === "public" ? `${ref.name}:${ref.tag}` : ref.name;
    return this.#once(key, () =>
      ref.kind === "public" ? this.#publicImage(ref.name, ref.tag) : this.#platformImage(ref.name),
    );
  }

  /** @throws NasikoError when the folder holds nothing that can be built. */
  ofAgent(name: string, source: AgentImage): PlannedImage {
    const common = { name: `agent-${name}`, origin: "agent" } as const;
    return this.#once(`agent ${name}`, () => {
      if ("digest" in source) return pulled({ ...common, verified: true, ...source });
      return this.#build({ ...common, ...source, root: this.#program });
    });
  }

  /** @param version 16 hex digits of a content hash */
  ofAgentVersion(name: string, version: string): PlannedImage {
    return {
      kind: "kept",
      name: `agent-${name}`,
      reference: agentImage(name, version),
      shortHash: version,
      origin: "agent",
    };
  }

  /** What goes into the hash of an agent's image; undefined for a ready one. */
  ingredientsOfAgent(name: string, source: AgentImage): ContentHashInput | undefined {
    if ("digest" in source) return undefined;
    return explainImage({ ...this.#sourceOf(source), name: `agent-${name}`, root: this.#program }).input;
  }

  #sourceOf<Source>(source: Source): Source & Pick<ImageSource, "publicImages" | "lock" | "contextLimit"> {
    const { publicImages, contextLimit } = this.#settings;
    return { ...source, publicImages, contextLimit, lock: this.#lock };
  }

  #publicImage(repository: string, tag: string): PlannedImage {
    const name = shortName(repository);
    // Two tags of one public image have one equivalent, which is held against the first.
    if (this.#settings.publicImages === "offline")
      return this.#once(`offline ${name}`, () => this.#offlineImage(name, repository, tag));
    const taken = [...this.#known.values()].some((image) => image.name === name);
    return this.#pulledImage({
      name: taken ? `${name}-${tag}` : name,
      origin: "public",
      repository,
      tag,
    });
  }

  #offlineImage(name: string, repository: string, tag: string): PlannedImage {
    const image = this.#offline.find(({ of }) => of === repository);
    if (image === undefined)
      throw dockerfileMissing({ image: name, path: `offline/rebuilds/${name}/Dockerfile` });
    const substitute = substituteFor(image, tag);
    return this.#build({
      name,
      context: image.folder,
      origin: "offline",
      ...(substitute === undefined ? {} : { substitute }),
      ...(image.effort === undefined ? {} : { effort: image.effort }),
    });
  }

  #platformImage(name: string): PlannedImage {
    const { registryUrl, version } = this.#settings;
    if (this.#from === "build" || registryUrl === undefined)
      return this.#build({ name, context: `services/${name}`, origin: "build" });
    const repository = publishedName(registryUrl, name);
    return this.#pulledImage({ name, origin: "registry", repository, tag: version });
  }

  /** By the digest of the lock file, where it has one for this name and tag. */
  #pulledImage({ repository, tag, ...image }: TaggedImage): PulledImage {
    const digest = lockedDigest(this.#lock, repository, tag);
    return pulled({
      ...image,
      reference: digest === undefined ? `${repository}:${tag}` : `${repository}:${tag}@${digest}`,
      verified: digest !== undefined,
      ...(digest === undefined ? {} : { digest }),
    });
  }

  #build(image: BuildRequest): BuiltImage {
    const { origin, substitute, effort, secrets, root = this.#root, ...source } = image;
    const build = describeImage({
      ...this.#sourceOf(source),
      root,
      bundled: root === this.#root && origin !== "agent",
    });
    const shortHash = build.hash.slice("v1:".length, "v1:".length + 16);
    return {
      kind: "built",
      ...placedBelow(this.#program, root, build),
      shortHash,
      origin,
      ...(substitute === undefined ? {} : { substitute }),
      ...(effort === undefined ? {} : { effort }),
      ...(secrets === undefined ? {} : { secrets }),
    };
  }

  #once(key: string, plan: () => PlannedImage): PlannedImage {
    const image = this.#known.get(key) ?? plan();
    this.#known.set(key, image);
    return image;
  }
}

/** What an agent's container is made from: its folder, or an image that somebody else has built. */
export type AgentImage =
  | (Pick<ImageSource, "context" | "dockerfile" | "args" | "target"> & Pick<BuiltImage, "secrets">)
  | (Pick<PulledImage, "reference"> & { readonly digest: string });

interface TaggedImage extends Pick<PulledImage, "name" | "origin"> {
  /** With its registry, where that is another than Docker Hub. */
  readonly repository: string;
  readonly tag: string;
}

interface BuildRequest
  extends
    Pick<ImageSource, "name" | "context" | "dockerfile" | "args" | "target">,
    Pick<BuiltImage, "secrets"> {
  readonly origin: ImageOrigin;
  /** @default it is what its name says */
  readonly substitute?: Substitute;
  /** @default a few CPU seconds */
  readonly effort?: number;
  /** Absolute folder that the context is relative to. @default what is shipped */
  readonly root?: string;
}

function pulled(
  image: Pick<PulledImage, "name" | "reference" | "verified" | "origin"> & { readonly digest?: string },
): PulledImage {
  const shortHash = createHash("sha256").update(image.reference).digest("hex").slice(0, 16);
  return { kind: "pulled", ...image, shortHash };
}

/** Paths of a build as seen from the program's folder: an absolute one would be a difference between machines. */
function placedBelow(program: string, root: string, build: ImageBuild): ImageBuild {
  if (root === program) return build;
  const prefix = relative(program, root).split(sep).join("/");
  const { dockerfile } = build;
  const path = dockerfile.generated === undefined ? posix.join(prefix, dockerfile.path) : dockerfile.path;
  return { ...build, context: posix.join(prefix, build.context), dockerfile: { ...dockerfile, path } };
}

/** Every image of a stack: of services, and of agents. */
export const imagesOf = ({ images, agents }: ImagesOfStack): readonly PlannedImage[] => [
  ...images,
  ...agents.map(({ image }) => image),
];

interface ImagesOfStack {
  readonly images: readonly PlannedImage[];
  readonly agents: readonly { readonly image: PlannedImage }[];
}

/** Pulled images without a digest in the lock file: what a registry hands out for them is taken on trust. */
export const unverifiedImages = (stack: ImagesOfStack): readonly string[] =>
  imagesOf(stack).flatMap((image) => (image.kind === "pulled" && !image.verified ? [image.reference] : []));

/** What the whole stack needs of registries before anything is built or started; each once. */
export function registryReferences(images: readonly PlannedImage[]): readonly string[] {
  return [
    ...new Set(
      images.flatMap((image) => {
        if (image.kind === "kept") return [];
        return image.kind === "pulled" ? [image.reference] : image.publicBases;
      }),
    ),
  ];
}

/** Reference of an agent's image by its content. @example agentImage("translator", "1f2e3d4c5b6a7988") */
export const agentImage = (agent: string, version: string): string => `nasiko/agent-${agent}:${version}`;
