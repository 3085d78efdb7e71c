import { setTimeout as sleep } from "node:timers/promises";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { removeByForce } from "../../../engine/providers/docker/container-actions.ts";

/** What is to go: an id of a container or network, the name of a volume. */
interface RemovableObject {
  readonly kind: "container" | "network" | "volume";
  readonly id: string;
  readonly name: string;
}

/**
 * Removes objects of the engine: containers first, since networks and volumes cannot go while one has them. What is
 * gone by itself is as it shall be.
 * @throws NSK-DOCKER-REFUSED, NSK-OBJECT-IN-USE
 */
export async function removeObjects(
  docker: DockerClient,
  objects: readonly RemovableObject[],
): Promise<void> {
  const of = (kind: RemovableObject["kind"]): readonly RemovableObject[] =>
    objects.filter((object) => object.kind === kind);
  await Promise.all(of("container").map((container) => removeContainer(docker, container)));
  await Promise.all(
    of("network").map(({ id, name }) =>
      docker.find(`remove network ${name}`, (engine) => engine.getNetwork(id).remove()),
    ),
  );
  await Promise.all(
    of("volume").map(({ id, name }) =>
      docker.find(`remove volume ${name}`, (engine) => engine.getVolume(id).remove()),
    ),
  );
}

/** How often it is looked whether a container is gone, in milliseconds. */
const PAUSE = 200;
/** Looks until whatever holds a container is told as the reason. */
const LOOKS = 150;

/** The engine answers before a container that it kills is gone. */
async function removeContainer(docker: DockerClient, container: RemovableObject): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    await removeByForce(docker, container);
    if ((await docker.container(container.id)) === undefined) return;
    await sleep(PAUSE);
  }
}
