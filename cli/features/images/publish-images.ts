import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import type { FindRegistryAuth } from "../../../engine/providers/docker/registry-auth.ts";
import { parseReference } from "../../../engine/formats/image-reference.ts";
import type { BuiltImage } from "../../../platform/blueprint/images.ts";
import { type NasikoError, throwProblems } from "../../../platform/errors/define-error.ts";
import { publishedName } from "../../../platform/images/platform-images.ts";
import { nameForOthers } from "../../engine-host/images/without-authorities.ts";
import { publishRefused } from "../../engine-host/registry/errors.ts";
import {
  INDEX_TYPE,
  platformsOf,
  readIndex,
  type TagState,
  tagState,
  withImage,
} from "../../engine-host/registry/image-index.ts";
import { pushImage } from "../../engine-host/registry/push-image.ts";
import type { RegistryClient } from "../../engine-host/registry/registry-client.ts";
import { problemsOf } from "../../lib/engine-errors.ts";
import { tagTaken } from "./errors.ts";

export interface PublishRequest {
  readonly docker: DockerClient;
  readonly registry: RegistryClient;
  readonly auth: FindRegistryAuth;
  readonly images: readonly BuiltImage[];
  /** Registry and path in it, e.g. "registry.example:5000/acme". */
  readonly registryUrl: string;
  readonly tag: string;
  /** Of what is built here, e.g. "linux/amd64". */
  readonly platform: string;
  /** Lets a tag that names something else name this. */
  readonly replace: boolean;
  /** Builds those of the images that the engine does not have. */
  readonly build: (images: readonly BuiltImage[]) => Promise<void>;
  readonly report: (image: string, message: string) => void;
  readonly signal: AbortSignal;
}

export interface PublishedImage {
  /** @example "nasiko-web" */
  readonly name: string;
  /** Registry, path and name. */
  readonly repository: string;
  readonly tag: string;
  /** Of the tag's index, "sha256:…". */
  readonly digest: string;
  /** All that the tag has now, e.g. ["linux/amd64"]. */
  readonly platforms: readonly string[];
  readonly outcome: "published" | "present";
}

/**
 * Publishes images. Every tag is looked at before anything is built, and everything is built before anything is
 * pushed; what goes wrong is told together. A tag names an index; the same content that was built for another platform
 * stays in it, so that a run on each kind of machine makes one tag for all.
 * @throws NSK-TAG-TAKEN, NSK-PUBLISH-UNREACHABLE, NSK-PUBLISH-LOGIN, NSK-PUBLISH-REFUSED
 */
export async function publishImages(request: PublishRequest): Promise<readonly PublishedImage[]> {
  const looked = await allOrProblems(request.images, (image) => lookUp(image, request));
  await request.build(looked.flatMap(({ image, published }) => (published === undefined ? [image] : [])));
  return await allOrProblems(looked, async (each) => each.published ?? (await publish(each, request)));
}

interface LookedUp {
  readonly image: BuiltImage;
  readonly repository: string;
  readonly state: TagState;
  /** Set when there is nothing to do. */
  readonly published?: PublishedImage;
}

async function lookUp(
  image: BuiltImage,
  { registry, registryUrl, tag, platform, replace }: PublishRequest,
): Promise<LookedUp> {
  const repository = publishedName(registryUrl, image.name);
  const reference = `${repository}:${tag}`;
  const manifest = await registry.manifest(reference);
  const state = tagState(manifest === undefined ? undefined : (manifest.content ?? {}), {
    hash: image.hash,
    platform,
  });
  if (manifest === undefined) return { image, repository, state };
  const { digest, content } = manifest;
  if (state.kind === "taken" && !replace) throw tagTaken({ reference, digest });
  if (state.kind !== "there") return { image, repository, state };
  const platforms = platformsOf(readIndex(content) ?? []);
  const published = { name: image.name, repository, tag, digest, platforms, outcome: "present" } as const;
  return { image, repository, state, published };
}

/** Under a tag of its platform first, which the index then names by its digest. */
async function publish(
  { image, repository, state }: LookedUp,
  { docker, registry, auth, tag, platform, report, signal }: PublishRequest,
): Promise<PublishedImage> {
  signal.throwIfAborted();
  const { name } = image;
  const own = { repo: repository, tag: `${tag}-${platform.replaceAll("/", "-")}` };
  const reference = `${own.repo}:${own.tag}`;
  if (await nameForOthers(docker, image.reference, own, signal))
    report(name, "without this machine's certificate authorities");
  report(name, `pushing ${reference}`);
  try {
    await pushImage(reference, { docker, auth, signal });
  } finally {
    await docker.find(`remove ${reference}`, (engine) => engine.getImage(reference).remove());
  }
  const manifest = await registry.manifest(reference);
  if (manifest === undefined || readIndex(manifest.content) !== undefined)
    throw publishRefused({
      reference,
      registry: parseReference(reference).registry,
      reason: "What the engine pushed is not one image for one platform.",
    });
  const kept = state.kind === "other-platforms" ? state.kept : [];
  const index = withImage(kept, manifest, { hash: image.hash, platform });
  const digest = await registry.putManifest(`${repository}:${tag}`, INDEX_TYPE, index);
  const platforms = platformsOf(index.manifests);
  return { name, repository, tag, digest, platforms, outcome: "published" };
}

/** One after the other; equal problems, such as those of the registry itself, are told once. */
async function allOrProblems<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const problems = new Map<string, NasikoError>();
  for (const item of items) {
    try {
      results.push(await work(item));
    } catch (error) {
      const told = problemsOf(error);
      if (told.length === 0) throw error;
      for (const problem of told) problems.set(`${problem.code} ${problem.message}`, problem);
    }
  }
  throwProblems([...problems.values()]);
  return results;
}
