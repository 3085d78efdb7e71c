import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import PQueue from "p-queue";

import { clientProxies } from "../../../engine/providers/docker/client-proxies.ts";
import { registryAuthFrom } from "../../../engine/providers/docker/registry-auth.ts";
import { type BuiltImage, ImageCatalogue } from "../../../platform/blueprint/images.ts";
import { registryUrlMissing } from "../../../platform/images/errors.ts";
import { type ImagesLock, readLockFile, renderImagesLock } from "../../../platform/images/images-lock.ts";
import { PLATFORM_IMAGES } from "../../../platform/images/platform-images.ts";
import { platformImage } from "../../../platform/services/service-spec.ts";
import { bundleImages } from "../../../services/bundle/bundle.ts";
import { dockerConfigFolder } from "../../engine-host/docker-config.ts";
import { buildImages } from "../../engine-host/images/build-images.ts";
import { registryClient } from "../../engine-host/registry/registry-client.ts";
import { publishImages, type PublishedImage } from "../../features/images/publish-images.ts";
import { table } from "../../render/table.ts";
import { choosePublicImages } from "../../stack/blueprint/choose-public-images.ts";
import { beginImages } from "../../stack/blueprint/prepare-images.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./publish.ts";

export const handler: Handler<typeof spec> = async (given, { options }) => {
  const context = given.withEnvironment({
    ...(options.registry === undefined ? {} : { NASIKO_REGISTRY_URL: options.registry }),
    ...(options.tag === undefined ? {} : { NASIKO_VERSION: options.tag }),
    // Whatever the stack itself takes them from: what is published is built here.
    NASIKO_IMAGES: "build",
  });
  const { docker, output, root, program } = context;
  await docker.ping();
  const choice = await choosePublicImages(context, docker, { record: false });
  const { settings } = await context.settings({ ...choice, "nasiko:running": "true" });
  const { registryUrl, version: tag, platform } = settings;
  if (registryUrl === undefined) throw registryUrlMissing(undefined);
  const lockFile = resolve(context.cwd, options.lock);
  // Before anything is pushed: a file that is of no use would lose the digests.
  const known = existsSync(lockFile) ? readLockFile(lockFile) : [];

  bundleImages(root);
  const catalogue = new ImageCatalogue(root, settings, program);
  const images = PLATFORM_IMAGES.flatMap((name) => {
    const image = catalogue.ofService(platformImage(name));
    return image.kind === "built" ? [image] : [];
  });
  const signal = AbortSignal.any([context.cancel, context.terminate]);
  const dockerConfig = dockerConfigFolder(context.environment);
  const auth = registryAuthFrom(dockerConfig);
  const report = (name: string, message: string): void =>
    output.note(output.colors.dim(`    ${name}: ${message}`));
  const build = async (wanted: readonly BuiltImage[]): Promise<void> => {
    const { bases } = await beginImages(context, docker, { images: wanted, agents: [], settings });
    const builds = new PQueue({ concurrency: 2 });
    const proxies = await clientProxies(dockerConfig, context.environment["DOCKER_HOST"]);
    const request = { docker, root: program, images: wanted, platform, builds, bases, proxies };
    await buildImages({ ...request, report, signal });
  };
  const published = await publishImages({
    ...{ docker, registry: registryClient(auth), auth, images, registryUrl, tag, platform },
    ...{ replace: options.replace, build, report, signal },
  });
  writeFileSync(lockFile, renderImagesLock(merged(known, published)));
  return {
    exitCode: 0,
    text: [
      table([
        ["IMAGE", "DIGEST", "PLATFORMS", ""],
        ...published.map(({ repository, digest, platforms, outcome }) => [
          `${repository}:${tag}`,
          digest,
          platforms.join(", "),
          outcome,
        ]),
      ]),
      `The digests are in ${lockFile}; nothing is signed.`,
      ...onePlatform(published),
    ].join("\n"),
    json: { ok: true, registry: registryUrl, tag, lock: lockFile, signed: false, images: published },
  };
};

function onePlatform(published: readonly PublishedImage[]): readonly string[] {
  const platforms = new Set(published.flatMap((image) => image.platforms));
  return platforms.size > 1
    ? []
    : [`Only for ${[...platforms].join("")}: the same command on a machine of another kind adds its images.`];
}

function merged(known: ImagesLock, published: readonly PublishedImage[]): ImagesLock {
  const news = published.map(({ repository: name, tag, digest }) => ({ name, tag, digest }));
  const isNew = (name: string, tag: string): boolean =>
    news.some((image) => image.name === name && image.tag === tag);
  return [...known.filter(({ name, tag }) => !isNew(name, tag)), ...news];
}
