import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { statusCodeOf } from "../../../engine/providers/docker/docker-error.ts";
import type { UnusedImage } from "./unused-images.ts";

/**
 * Removes images by their tags, never with force: one that somebody began to use meanwhile stays.
 * @returns what is gone
 */
export async function removeImages(
  docker: DockerClient,
  images: readonly UnusedImage[],
): Promise<readonly UnusedImage[]> {
  const removed: UnusedImage[] = [];
  for (const image of images) {
    try {
      await docker.find(`remove image ${image.reference}`, (engine) =>
        engine.getImage(image.reference).remove(),
      );
      removed.push(image);
    } catch (thrown) {
      if (statusCodeOf(thrown) !== 409) throw thrown;
    }
  }
  return removed;
}
