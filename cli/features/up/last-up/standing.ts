import { isDeepStrictEqual } from "node:util";

import type Docker from "dockerode";

import type { DockerClient } from "../../../../engine/providers/docker/client.ts";
import { localReference, parseReference } from "../../../../engine/formats/image-reference.ts";
import { LABEL } from "../../../../platform/blueprint/labels.ts";
import { withHealthOfNow } from "../../../stack/observe/health-of-now.ts";
import { registryToken } from "../../../stack/observe/registry-token.ts";
import { askServedAgents } from "../../../stack/observe/served-agents.ts";

/** What to look for. */
export interface StandingRequest {
  readonly stack: string;
  /** Every image that the stack runs or is built from, as its containers name them. */
  readonly images: readonly string[];
  /** Where the service registry says which agents are served; undefined where there are none. */
  readonly registry: string | undefined;
}

/** Everything of one stack as it stands on an engine, as plain data: equal data, equal stack. */
export interface Standing {
  readonly engine: string;
  readonly containers: readonly StandingContainer[];
  /** By id, with their names. */
  readonly networks: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  /** Ids by reference; null for an image that is not there. */
  readonly images: Readonly<Record<string, string | null>>;
  /** Hashes by agent, null for one that is not served; null when the registry does not answer. */
  readonly agents: Readonly<Record<string, string | null>> | null;
}

interface StandingContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly networks: readonly string[];
  /** "healthy" or "unhealthy"; "running" without a health check; "done" after a job that succeeded; else Docker's words. */
  readonly state: string;
}

/** What an engine and a service registry say about one stack. */
export interface Seen extends Pick<Standing, "engine" | "agents"> {
  readonly containers: readonly Docker.ContainerInfo[];
  /** Health by id as it is now, of containers of which Docker does not know it yet. */
  readonly healthNow: ReadonlyMap<string, string>;
  readonly networks: readonly Pick<Docker.NetworkInspectInfo, "Id" | "Name">[];
  readonly volumes: readonly Pick<Docker.VolumeInspectInfo, "Name">[];
  /** All of the engine. */
  readonly images: readonly Pick<Docker.ImageInfo, "Id" | "RepoTags" | "RepoDigests">[];
}

/** Looks at a stack with one list per kind. */
export async function standingOf(docker: DockerClient, request: StandingRequest): Promise<Standing> {
  const filter = { labels: [`${LABEL.stack}=${request.stack}`] };
  const [version, containers, networks, volumes, images, agents] = await Promise.all([
    docker.version(),
    docker.containers(filter),
    docker.networks(filter),
    docker.volumes(filter),
    docker.images(),
    request.registry === undefined ? {} : servedAgents(docker, request.stack, request.registry),
  ]);
  const starting = containers.filter((each) => isOurs(each) && healthOf(each) === "starting");
  const healthNow = await Promise.all(
    starting.map(async ({ Id }): Promise<[string, string]> => [Id, await askHealth(docker, Id)]),
  );
  const engine = JSON.stringify([docker.address, version]);
  return standingFrom(
    { engine, containers, healthNow: new Map(healthNow), networks, volumes, images, agents },
    request.images,
  );
}

/** Keeps of all that was seen what a run of the program would look at. @param references see {@link StandingRequest} */
export function standingFrom(seen: Seen, references: readonly string[]): Standing {
  const containers = seen.containers.filter(isOurs).map((each) => standingContainer(each, seen.healthNow));
  const ids = imageIds(seen.images);
  return {
    engine: seen.engine,
    containers: containers.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    networks: Object.fromEntries(seen.networks.map(({ Id, Name }): [string, string] => [Id, Name])),
    volumes: seen.volumes.map(({ Name }) => Name).toSorted(),
    images: Object.fromEntries(references.map((reference) => [reference, ids.get(keyOf(reference)) ?? null])),
    agents: seen.agents,
  };
}

/** Whether a run of the program would find the same as the run that left `before`. */
export const standsAsBefore = (before: Standing, now: Standing): boolean => isDeepStrictEqual(before, now);

/** Whether every container is as a run that succeeded leaves it, every image there, and every agent served. */
export const isWhole = ({ containers, images, agents }: Standing): boolean =>
  containers.every(({ state }) => ["healthy", "running", "done"].includes(state)) &&
  Object.values(images).every((id) => id !== null) &&
  agents !== null &&
  Object.values(agents).every((hash) => hash !== null);

/** What the worker made comes and goes, and is not the program's. */
const isOurs = ({ Labels }: Docker.ContainerInfo): boolean => Labels[LABEL.managedBy] !== "worker";

const healthOf = ({ State, Status }: Docker.ContainerInfo): string | undefined =>
  State === "running" ? /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(Status)?.[1] : undefined;

function standingContainer(
  container: Docker.ContainerInfo,
  healthNow: ReadonlyMap<string, string>,
): StandingContainer {
  const { Id, Names, ImageID, NetworkSettings } = container;
  // Null of a container that shares another's network, whatever the types say.
  const networks = Object.entries(NetworkSettings.Networks).map(
    ([name, { NetworkID }]) => `${name} ${NetworkID}`,
  );
  const state = healthNow.get(Id) ?? stateOf(container);
  return { id: Id, name: Names.join(" "), image: ImageID, networks: networks.toSorted(), state };
}

function stateOf(container: Docker.ContainerInfo): string {
  const { State, Status } = container;
  if (State === "running") return healthOf(container) ?? "running";
  return State === "exited" && Status.startsWith("Exited (0)") ? "done" : `${State}: ${Status}`;
}

async function askHealth(docker: DockerClient, id: string): Promise<string> {
  const container = await docker.container(id);
  if (container === undefined) return "gone";
  return (await withHealthOfNow(docker, container)).State.Health?.Status ?? "unknown";
}

/** The engine keeps an image that was pulled by digest without the tag that stood before it. */
function keyOf(reference: string): string {
  const { repository, digest } = parseReference(reference);
  return localReference(digest === undefined ? reference : `${repository}@${digest}`);
}

function imageIds(images: Seen["images"]): ReadonlyMap<string, string> {
  // Null for an image without tags, whatever the types say.
  return new Map(
    images.flatMap(({ Id, RepoTags, RepoDigests }) =>
      [...Array.from(RepoTags ?? []), ...Array.from(RepoDigests ?? [])].map((name) => [
        localReference(name),
        Id,
      ]),
    ),
  );
}

/** How long the registry may take to answer, in milliseconds. */
const PATIENCE = 1000;

async function servedAgents(docker: DockerClient, stack: string, url: string): Promise<Standing["agents"]> {
  const served = await askServedAgents(url, PATIENCE, await registryToken(docker, stack));
  return served.known ? Object.fromEntries(served.hashes) : null;
}
