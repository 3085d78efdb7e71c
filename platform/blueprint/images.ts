import { describeImage, type ImageBuild } from "../images/describe-image.ts";
import type { ImageRef } from "../services/service-spec.ts";
import type { Settings } from "../settings/settings.ts";

/** An image of the stack: how it is built, and whether it only stands in for the real thing. */
export interface PlannedImage extends ImageBuild {
  /** The first 16 digits of the content hash, as in the tag. */
  readonly shortHash: string;
  /** It answers what the platform asks, but it is another program than its name says. */
  readonly standin: boolean;
}

/**
 * Offline images that are another program than the public image they replace. Redis and PostgreSQL are the real
 * ones, from Debian and PyPI.
 */
const STANDINS: ReadonlySet<string> = new Set(["kong"]);

/** Describes images of one checkout, each only once. */
export class ImageCatalogue {
  readonly #root: string;
  readonly #settings: Settings;
  readonly #known = new Map<string, PlannedImage>();

  constructor(root: string, settings: Settings) {
    this.#root = root;
    this.#settings = settings;
  }

  /** @throws NasikoError when the folder holds nothing that can be built. */
  ofService(ref: ImageRef): PlannedImage {
    const folder = ref.kind === "public" ? "images/offline" : "images/reference";
    return this.#describe(ref.name, `${folder}/${ref.name}`, ref.kind === "public" && STANDINS.has(ref.name));
  }

  /** @throws NasikoError when the folder holds nothing that can be built. */
  ofAgent(name: string, folder: string): PlannedImage {
    return this.#describe(`agent-${name}`, folder, false);
  }

  #describe(name: string, context: string, standin: boolean): PlannedImage {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const build = describeImage({
      root: this.#root,
      name,
      context,
      publicImages: this.#settings.publicImages,
    });
    const image = { ...build, shortHash: shortHash(build.hash), standin };
    this.#known.set(name, image);
    return image;
  }
}

/** @example shortHash("v1:0123456789abcdef…") // "0123456789abcdef" */
const shortHash = (hash: string): string => hash.slice(hash.indexOf(":") + 1).slice(0, 16);
