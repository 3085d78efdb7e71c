import type { ContainerInfo } from "dockerode";
import type { Observation, RecordedResource, ResourceRef } from "../../core/provider.ts";
import { localReference, parseReference } from "../../formats/image-reference.ts";
import { reader } from "../schema/reader.ts";
import type { DockerClient, ObjectFilter } from "./client.ts";
import { labelMap } from "./container-body.ts";
import { stackOf, type OwnershipLabels } from "./ownership.ts";
import type { DockerContext } from "./resource-kind.ts";

export type Recorded = RecordedResource & ResourceRef;

/** Compares what is recorded with what is there: one list per kind that is recorded, all lists at once. */
export async function observe(
  { client, ownership }: Pick<DockerContext, "client" | "ownership">,
  recorded: readonly Recorded[],
): Promise<readonly Observation[]> {
  const of = (kind: string): readonly Recorded[] =>
    recorded.filter(({ type }) => type.startsWith(`docker:index/${kind}:`));
  const found = await Promise.all([
    observeContainers(client, ownership, of("container")),
    observeNetworks(client, ownership, of("network")),
    observeVolumes(client, of("volume")),
    observeImages(client, [...of("image"), ...of("remoteImage")]),
  ]);
  return found.flat();
}

async function observeContainers(
  client: DockerClient,
  ownership: OwnershipLabels,
  recorded: readonly Recorded[],
): Promise<readonly Observation[]> {
  if (recorded.length === 0) return [];
  const containers = await client.containers(filterFor(ownership, recorded));
  const byId = new Map(containers.map((container) => [container.Id, container]));
  return recorded.flatMap((resource) => {
    const finding = containerFinding(resource, byId.get(resource.id));
    return finding === undefined ? [] : [{ urn: resource.urn, ...finding }];
  });
}

type Finding = Omit<Observation, "urn">;

/** Pure: what a container in a list means for its record. Restarting and unhealthy ones are still there and running. */
export function containerFinding(
  recorded: RecordedResource,
  found: Pick<ContainerInfo, "State" | "Status"> | undefined,
): Finding | undefined {
  const get = reader(recorded.inputs);
  if (found === undefined) return { reason: "container is gone", finding: { kind: "missing" } };
  // Docker could not remove it whole; nothing starts it again.
  if (found.State === "dead" || found.State === "removing")
    return { reason: `container is ${found.State}`, finding: { kind: "broken" } };
  if (get.flag("attach") === true) {
    if (found.State === "created") return { reason: "job never ran", finding: { kind: "broken" } };
    const code = exitCode(found.Status);
    return found.State === "exited" && code !== 0
      ? { reason: `job exited with code ${code ?? "unknown"}`, finding: { kind: "broken" } }
      : undefined;
  }
  const stopped = ["exited", "created", "paused"].includes(found.State);
  if (!stopped || get.flag("mustRun") === false || get.flag("start") === false) return undefined;
  const code = found.State === "exited" ? exitCode(found.Status) : undefined;
  return {
    reason: code === undefined ? `container is ${found.State}` : `container exited with code ${code}`,
    finding: { kind: "changed", outputs: { ...recorded.outputs, mustRun: false } },
  };
}

/** From a status as `docker ps` shows it, e.g. "Exited (137) 5 minutes ago". */
function exitCode(status: string): number | undefined {
  const digits = /^Exited \((\d+)\)/.exec(status)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

async function observeNetworks(
  client: DockerClient,
  ownership: OwnershipLabels,
  recorded: readonly Recorded[],
): Promise<readonly Observation[]> {
  if (recorded.length === 0) return [];
  const networks = await client.networks(filterFor(ownership, recorded));
  return missing(recorded, new Set(networks.map(({ Id }) => Id)), ({ id }) => id, "network is gone");
}

async function observeVolumes(
  client: DockerClient,
  recorded: readonly Recorded[],
): Promise<readonly Observation[]> {
  if (recorded.length === 0) return [];
  const volumes = await client.volumes({});
  const names = new Set(volumes.map(({ Name }) => Name));
  return missing(recorded, names, ({ id }) => id, "volume is gone, and the data in it");
}

async function observeImages(
  client: DockerClient,
  recorded: readonly Recorded[],
): Promise<readonly Observation[]> {
  if (recorded.length === 0) return [];
  const images = await client.images();
  // Null for an image without tags, whatever the types say.
  const names = images.flatMap((image) => [
    ...Array.from(image.RepoTags ?? []),
    ...Array.from(image.RepoDigests ?? []),
  ]);
  return missing(recorded, new Set(names.map(localReference)), imageNameOf, "image is gone");
}

/** An id keeps the name of the first build; the name in use is an input. */
function imageNameOf({ inputs, type }: Recorded): string {
  const name = reader(inputs).requiredText(type.includes("remoteImage") ? "name" : "imageName");
  const { repository, digest } = parseReference(name);
  // The engine keeps an image that was pulled by digest without the tag that stood before it.
  return localReference(digest === undefined ? name : `${repository}@${digest}`);
}

function missing(
  recorded: readonly Recorded[],
  present: ReadonlySet<string>,
  key: (resource: Recorded) => string,
  reason: string,
): readonly Observation[] {
  return recorded
    .filter((resource) => !present.has(key(resource)))
    .map(({ urn }) => ({ urn, reason, finding: { kind: "missing" } }));
}

/** By the label of the stack when all carry the same one, else one by one. */
function filterFor(ownership: OwnershipLabels, recorded: readonly Recorded[]): ObjectFilter {
  const stacks = new Set(
    recorded.map(({ inputs }) => stackOf(ownership, labelMap(reader(inputs).blocks("labels")))),
  );
  const [stack] = stacks;
  return stacks.size === 1 && stack !== undefined && ownership.stack !== undefined
    ? { labels: [`${ownership.stack}=${stack}`] }
    : { ids: recorded.map(({ id }) => id) };
}
