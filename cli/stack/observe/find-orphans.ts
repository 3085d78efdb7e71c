import type { ContainerInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import type { CommandContext } from "../context.ts";
import { type LabelledObject, type Orphan, orphansOf, unrecorded } from "./orphans.ts";
import { stackSnapshot } from "../state/deployment.ts";

/** What is known already. */
interface Seen {
  /** Containers of the stack. */
  readonly containers?: Promise<readonly ContainerInfo[]>;
  /** Ids of objects that the state has: when there are no others, it need not be read. */
  readonly known?: ReadonlySet<string>;
}

/** Looks for objects with the label of the context's stack that its state does not know. */
export async function findOrphans(
  context: CommandContext,
  docker: DockerClient,
  { containers, known = new Set() }: Seen = {},
): Promise<readonly Orphan[]> {
  // First the engine, then the state: what a run makes in between is recorded by the time we read.
  const objects = await labelledObjects(docker, context.stack, containers);
  return objects.every(({ id }) => known.has(id)) ? [] : orphansOf(objects, await stackSnapshot(context));
}

/** The same, as they were found: for whoever removes them. */
export async function unrecordedObjects(context: CommandContext): Promise<readonly LabelledObject[]> {
  const objects = await labelledObjects(context.docker, context.stack);
  return objects.length === 0 ? [] : unrecorded(objects, await stackSnapshot(context));
}

/** Labels that say which part of its stack an object is. */
const PARTS = [LABEL.service, LABEL.agent, LABEL.network, LABEL.volume] as const;

/** Everything on the engine that carries the label of a stack. @param listed its containers @default they are listed */
export async function labelledObjects(
  docker: DockerClient,
  stack: string,
  listed?: Promise<readonly ContainerInfo[]>,
): Promise<readonly LabelledObject[]> {
  const filter = { labels: [`${LABEL.stack}=${stack}`] };
  const [containers, networks, volumes] = await Promise.all([
    listed ?? docker.containers(filter),
    docker.networks(filter),
    docker.volumes(filter),
  ]);
  // Null for a network or volume without labels, whatever the types say; the filter has left none of those.
  const told = (
    labels: Readonly<Record<string, string>> | undefined,
  ): Pick<LabelledObject, "managedBy" | "part"> => ({
    managedBy: labels?.[LABEL.managedBy],
    part: PARTS.map((label) => labels?.[label]).find((part) => part !== undefined),
  });
  return [
    ...containers.map(({ Id, Names, Labels }) => ({
      kind: "container" as const,
      id: Id,
      name: Names[0]?.replace(/^\//, "") ?? Id,
      ...told(Labels),
    })),
    ...networks.map(({ Id, Name, Labels }) => ({
      kind: "network" as const,
      id: Id,
      name: Name,
      ...told(Labels),
    })),
    ...volumes.map(({ Name, Labels }) => ({
      kind: "volume" as const,
      id: Name,
      name: Name,
      ...told(Labels),
    })),
  ];
}
