import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import type { ContainerPort } from "./ports.ts";

/** Every host port that a container on the engine publishes, whoever it belongs to. */
export async function publishedPorts(docker: DockerClient): Promise<readonly ContainerPort[]> {
  const containers = await docker.containers({});
  return containers.flatMap((container) =>
    container.Ports.flatMap(({ PublicPort: port }) =>
      // The library's types say that it is always there; the engine leaves it out for ports that are only exposed.
      (port as number | undefined) === undefined
        ? []
        : [
            {
              port,
              container: container.Names[0]?.replace(/^\//, "") ?? container.Id,
              stack: container.Labels[LABEL.stack],
            },
          ],
    ),
  );
}
