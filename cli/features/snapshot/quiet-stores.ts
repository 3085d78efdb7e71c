import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { startContainer, stopContainer } from "../../../engine/providers/docker/container-actions.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";

/**
 * Stops every running container of the stack that writes to a volume, lets `work` copy, and starts them again,
 * whatever became of it. Last layer first, each with its own signal and grace: what a store holds then is what it
 * would find after an ordinary restart.
 * @returns whether anything was stopped
 */
export async function withQuietStores<Result>(
  docker: DockerClient,
  blueprint: Blueprint,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly stopped: boolean }> {
  const writers = await runningWriters(docker, blueprint.settings.stack);
  const layers = blueprint.layers.map(({ services }) =>
    services.flatMap(({ container }) => (writers.has(container.name) ? [container.name] : [])),
  );
  const known = new Set(layers.flat());
  // A container of a service that is not in the blueprint any more still writes.
  const others = [...writers].filter((name) => !known.has(name));
  const inOrder = [...layers, others].filter((names) => names.length > 0);
  try {
    for (const names of inOrder.toReversed()) await Promise.all(names.map((name) => stop(docker, name)));
    return { result: await work(), stopped: inOrder.length > 0 };
  } finally {
    for (const names of inOrder) await Promise.all(names.map((name) => start(docker, name)));
  }
}

async function runningWriters(docker: DockerClient, stack: string): Promise<ReadonlySet<string>> {
  const containers = await docker.containers({ labels: [`${LABEL.stack}=${stack}`] });
  const writing = containers.filter(
    ({ State, Mounts }) => State === "running" && Mounts.some(({ Type }) => Type === "volume"),
  );
  return new Set(writing.map(({ Id, Names }) => Names[0]?.slice(1) ?? Id));
}

const stop = (docker: DockerClient, name: string): Promise<void> => stopContainer(docker, { id: name, name });

const start = (docker: DockerClient, name: string): Promise<void> =>
  startContainer(docker, { id: name, name });
