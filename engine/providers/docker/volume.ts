import type { VolumeInspectInfo } from "dockerode";
import type { RecordedResource, Recovered, StepContext } from "../../core/provider.ts";
import type { PropertyMap } from "../../core/values.ts";
import { withAutomaticName } from "../schema/autoname.ts";
import { checkInputs } from "../schema/check.ts";
import { reader } from "../schema/reader.ts";
import { withoutDefaultMarks } from "../schema/strip.ts";
import { labelMap } from "./container-body.ts";
import { statusCodeOf } from "./docker-error.ts";
import { objectInUse } from "./errors.ts";
import { sendCreate } from "./send-create.ts";
import { isOrphanOf, nameTakenBy, stackOf } from "./ownership.ts";
import { VOLUME_FIELDS } from "./network-and-volume-fields.ts";
import { tableDiff, type DockerContext, type ResourceKind } from "./resource-kind.ts";
import { until } from "./until.ts";

/** `docker.Volume`. */
export function volumeKind(context: DockerContext): ResourceKind {
  return {
    type: "docker:index/volume:Volume",
    check: (name, olds, news) =>
      Promise.resolve(withAutomaticName(checkInputs(VOLUME_FIELDS, news), name, olds)),
    diff: (old, news) => tableDiff(VOLUME_FIELDS, old, news),
    create: async (news, step) => {
      // Not reported before it is whole: half-made resources are recreated, and a volume may hold data.
      const volume = await sendCreate(() => createVolume(context, news, step.interrupted === true));
      return { id: volume.Name, outputs: volumeOutputs(news, volume) };
    },
    update: (old, news) => Promise.resolve({ outputs: { ...old.outputs, ...withoutDefaultMarks(news) } }),
    assertRemovable: async (old) => {
      const { client, ownership } = context;
      const stack = stackOf(ownership, labelMap(reader(old.inputs).blocks("labels")));
      const holders = await usersOf(client, old.id, (labels) => stackOf(ownership, labels) !== stack);
      if (holders.length > 0) throw objectInUse({ kind: "volume", name: old.id, holders });
    },
    delete: (old, step) => removeVolume(context, old, step),
    recover: (inputs) => recoverVolume(context, inputs),
  };
}

/**
 * Docker answers "create" with the volume that has the name, if there is one: somebody's data would become ours
 * without a word. So we look first.
 * @param interrupted an earlier run began this and never reported: a volume of ours is the one it made
 */
async function createVolume(
  { client, ownership }: DockerContext,
  inputs: PropertyMap,
  interrupted: boolean,
): Promise<VolumeInspectInfo> {
  const get = reader(inputs);
  const name = get.requiredText("name");
  const labels = labelMap(get.blocks("labels"));
  const owner = await client.volume(name);
  if (owner !== undefined) {
    // Null for a volume without labels, whatever the types say.
    const found = { ...owner.Labels };
    if (interrupted && isOrphanOf(ownership, labels, found)) return owner;
    throw nameTakenBy(ownership, {
      kind: "volume",
      name,
      owner: `a volume of driver ${owner.Driver}`,
      wanted: labels,
      found,
    });
  }
  const driver = get.text("driver");
  await client.call(`create volume ${name}`, (docker) =>
    docker.createVolume({
      Name: name,
      Labels: labels,
      DriverOpts: { ...get.textMap("driverOpts") },
      ...(driver === undefined ? {} : { Driver: driver }),
    }),
  );
  return client.call(`inspect volume ${name}`, (docker) => docker.getVolume(name).inspect());
}

async function recoverVolume(
  { client, ownership }: DockerContext,
  inputs: PropertyMap,
): Promise<Recovered | undefined> {
  const get = reader(inputs);
  const found = await client.volume(get.requiredText("name"));
  const wanted = labelMap(get.blocks("labels"));
  if (found === undefined || !isOrphanOf(ownership, wanted, { ...found.Labels })) return undefined;
  return { id: found.Name, outputs: volumeOutputs(inputs, found), complete: true };
}

function volumeOutputs(inputs: PropertyMap, volume: VolumeInspectInfo): PropertyMap {
  return {
    __meta: '{"schema_version":"1"}',
    id: volume.Name,
    labels: [],
    ...withoutDefaultMarks(inputs),
    name: volume.Name,
    driver: volume.Driver,
    mountpoint: volume.Mountpoint,
  };
}

async function removeVolume(
  { client, clock }: DockerContext,
  old: RecordedResource,
  step: StepContext,
): Promise<void> {
  const removed = await until(
    async () => {
      try {
        await client.find(`remove volume ${old.id}`, (docker) => docker.getVolume(old.id).remove());
        return true;
      } catch (thrown) {
        if (statusCodeOf(thrown) !== 409) throw thrown;
        return false;
      }
    },
    clock,
    step.signal,
  );
  if (!removed) throw objectInUse({ kind: "volume", name: old.id, holders: await usersOf(client, old.id) });
}

async function usersOf(
  client: DockerContext["client"],
  volume: string,
  matches: (labels: Readonly<Record<string, string>>) => boolean = () => true,
): Promise<readonly string[]> {
  const containers = await client.containers({});
  return containers
    .filter(
      (container) => matches(container.Labels) && container.Mounts.some((mount) => mount.Name === volume),
    )
    .map((container) => (container.Names[0] ?? container.Id).replace(/^\//, ""));
}
