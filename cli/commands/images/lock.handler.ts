import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { registryAuthFrom } from "../../../engine/providers/docker/registry-auth.ts";
import { publicImages } from "../../../platform/blueprint/public-images.ts";
import { LOCK_FILE, readImagesLock, renderImagesLock } from "../../../platform/images/images-lock.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./lock.ts";
import { lockImages } from "../../features/images/lock-images.ts";
import { table } from "../../render/table.ts";
import { requireCheckout } from "../../lib/require-checkout.ts";
import { dockerConfigFolder } from "../../engine-host/docker-config.ts";

/** The whole catalogue is locked, whatever this stack has chosen of it: the file belongs to the project. */
export const handler: Handler<typeof spec> = async (context, { options }) => {
  requireCheckout("nasiko images lock");
  const { docker } = context;
  await docker.ping();
  const { settings } = await context.settings();
  const { root } = context;
  const dockerfileOf = (image: string): string =>
    readFileSync(join(root, "services", image, "Dockerfile"), "utf8");
  const images = await lockImages({
    docker,
    auth: registryAuthFrom(dockerConfigFolder(context.environment)),
    images: publicImages(catalogue(settings), dockerfileOf, readImagesLock(root)),
    unverified: options.unverified,
    ...(options.registry === undefined ? {} : { mirror: options.registry }),
  });
  writeFileSync(join(root, LOCK_FILE), renderImagesLock(images));
  return {
    exitCode: 0,
    text: table(images.map(({ name, tag, digest }) => [`${name}:${tag}`, digest ?? "unverified"])),
    json: { ok: true, images },
  };
};
