import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type PQueue from "p-queue";

import type { ProxyArguments } from "../../../engine/providers/docker/client-proxies.ts";
import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { imageKind } from "../../../engine/providers/docker/image/image.ts";
import type { BuiltImage } from "../../../platform/blueprint/images.ts";
import type { BasesUnderWay } from "./prepare.ts";

export interface BuildRequest {
  readonly docker: DockerClient;
  /** Folder that the paths of the images are relative to. */
  readonly root: string;
  readonly images: readonly BuiltImage[];
  /** @example "linux/amd64" */
  readonly platform: string;
  /** Builds at once. */
  readonly builds: PQueue;
  readonly bases: BasesUnderWay;
  /** Build arguments that lead builds out, see `clientProxies`. */
  readonly proxies: ProxyArguments;
  readonly report: (image: string, message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds those of the images that the engine does not have, as a run of the program does.
 * @throws NSK-BUILD-FAILED, NSK-BASE-FAILED
 */
export async function buildImages(request: BuildRequest): Promise<void> {
  const { docker, root, images, platform, builds, bases, report, signal } = request;
  const proxies = (): Promise<ProxyArguments> => Promise.resolve(request.proxies);
  const kind = imageKind({ client: docker, root, builds, plan: { ready: bases.ready }, proxies });
  await Promise.all(
    images.map((image) => {
      writeDockerfile(root, image);
      const { name, reference, context, dockerfile, args } = image;
      const build = { context, dockerfile: dockerfile.path, platform, args };
      return kind.create(
        { imageName: reference, skipPush: true, build },
        {
          signal,
          report: (message) => report(name, message),
          created: () => Promise.resolve(),
        },
      );
    }),
  );
}

function writeDockerfile(root: string, { dockerfile }: BuiltImage): void {
  const { path, generated, generatedIgnore } = dockerfile;
  if (generated === undefined) return;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), generated);
  if (generatedIgnore !== undefined) writeFileSync(join(root, `${path}.dockerignore`), generatedIgnore);
}
