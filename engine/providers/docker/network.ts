import type { NetworkCreateOptions, NetworkInspectInfo } from "dockerode";
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
import { NETWORK_FIELDS } from "./network-and-volume-fields.ts";
import { tableDiff, type DockerContext, type ResourceKind } from "./resource-kind.ts";
import { until } from "./until.ts";

/** `docker.Network`. */
export function networkKind(context: DockerContext): ResourceKind {
  return {
    type: "docker:index/network:Network",
    check: (name, olds, news) =>
      Promise.resolve(withAutomaticName(checkInputs(NETWORK_FIELDS, news), name, olds)),
    diff: (old, news) => tableDiff(NETWORK_FIELDS, old, news),
    create: async (news, step) => {
      const id = await createNetwork(context, news, step.interrupted === true ? MOST_LEFT : 0);
      await step.created(id);
      const inspect = await context.client.call(`inspect network ${id}`, async (docker) => {
        // Typed as any by the library.
        const info: NetworkInspectInfo = await docker.getNetwork(id).inspect();
        return info;
      });
      return { id, outputs: networkOutputs(news, inspect) };
    },
    update: (old, news) => Promise.resolve({ outputs: { ...old.outputs, ...withoutDefaultMarks(news) } }),
    assertRemovable: (old) => refuseForStrangers(context, old),
    delete: (old, step) => removeNetwork(context, old, step),
    recover: (inputs) => recoverNetwork(context, inputs),
  };
}

/** The body of "create a network" for checked inputs. */
export function networkBody(inputs: PropertyMap): NetworkCreateOptions {
  const get = reader(inputs);
  const configs = get.blocks("ipamConfigs").map((config) => ({
    ...optional("Subnet", config.text("subnet")),
    ...optional("IPRange", config.text("ipRange")),
    ...optional("Gateway", config.text("gateway")),
    ...optional("AuxiliaryAddresses", config.textMap("auxAddress")),
  }));
  const options = get.textMap("ipamOptions");
  return {
    Name: get.requiredText("name"),
    // Docker would otherwise make a second network of the same name.
    CheckDuplicate: true,
    Driver: get.text("driver") ?? "bridge",
    Internal: get.flag("internal") ?? false,
    Attachable: get.flag("attachable") ?? false,
    Ingress: get.flag("ingress") ?? false,
    EnableIPv6: get.flag("ipv6") ?? false,
    Options: { ...get.textMap("options") },
    Labels: labelMap(get.blocks("labels")),
    IPAM: {
      Driver: get.text("ipamDriver") ?? "default",
      ...(configs.length === 0 ? {} : { Config: configs }),
      ...(options === undefined ? {} : { Options: options }),
    },
  };
}

function optional<Value>(name: string, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [name]: value };
}

/**
 * Networks of one name that a killed run may have left: Docker looks for a duplicate and makes the network in two
 * steps, so that two requests at the same moment both succeed.
 */
const MOST_LEFT = 3;

/** @param left how many networks under our name are ours to remove: an earlier run began this and never reported */
async function createNetwork(context: DockerContext, inputs: PropertyMap, left: number): Promise<string> {
  const { client, ownership } = context;
  const body = networkBody(inputs);
  try {
    const network = await sendCreate(() =>
      client.call(`create network ${body.Name}`, (docker) => docker.createNetwork(body)),
    );
    return network.id;
  } catch (thrown) {
    const owner = statusCodeOf(thrown) === 409 ? await client.network(body.Name) : undefined;
    if (owner === undefined) throw thrown;
    const labels = body.Labels ?? {};
    if (left > 0 && isOrphanOf(ownership, labels, owner.Labels ?? {})) {
      await client.find(`remove network ${body.Name}`, (docker) => docker.getNetwork(owner.Id).remove());
      return createNetwork(context, inputs, left - 1);
    }
    throw nameTakenBy(ownership, {
      kind: "network",
      name: body.Name,
      owner: `network ${owner.Id.slice(0, 12)} with driver ${owner.Driver}`,
      wanted: labels,
      found: owner.Labels ?? {},
    });
  }
}

async function recoverNetwork(
  { client, ownership }: DockerContext,
  inputs: PropertyMap,
): Promise<Recovered | undefined> {
  const { Name: name, Labels: labels = {} } = networkBody(inputs);
  const found = await client.network(name);
  if (found === undefined || !isOrphanOf(ownership, labels, found.Labels ?? {})) return undefined;
  return { id: found.Id, outputs: networkOutputs(inputs, found), complete: true };
}

function networkOutputs(inputs: PropertyMap, inspect: NetworkInspectInfo): PropertyMap {
  return {
    __meta: '{"schema_version":"1"}',
    id: inspect.Id,
    labels: [],
    ...withoutDefaultMarks(inputs),
    name: inspect.Name,
    driver: inspect.Driver,
    internal: inspect.Internal,
    attachable: inspect.Attachable,
    ingress: inspect.Ingress,
    ipv6: inspect.EnableIPv6,
    scope: inspect.Scope,
    ipamDriver: inspect.IPAM?.Driver ?? "default",
    options: { ...inspect.Options },
    ipamConfigs: (inspect.IPAM?.Config ?? []).map((config) => ({
      subnet: config.Subnet ?? "",
      gateway: config.Gateway ?? "",
      ipRange: config.IPRange ?? "",
      auxAddress: {},
    })),
  };
}

/** Removes a network; containers of its stack get time to go, one that is not of our stack is named at once. */
async function removeNetwork(
  context: DockerContext,
  old: RecordedResource,
  step: StepContext,
): Promise<void> {
  const { client, clock } = context;
  const name = nameOf(old);
  const removed = await until(
    async () => {
      try {
        await client.find(`remove network ${name}`, (docker) => docker.getNetwork(old.id).remove());
        return true;
      } catch (thrown) {
        // 403: "has active endpoints"; newer engines answer 409.
        const status = statusCodeOf(thrown);
        if (status !== 403 && status !== 409) throw thrown;
      }
      await refuseForStrangers(context, old);
      return false;
    },
    clock,
    step.signal,
  );
  if (!removed)
    throw objectInUse({ kind: "network", name, holders: await holders(client, old.id, () => true) });
}

const nameOf = (old: RecordedResource): string =>
  reader({ ...old.outputs, ...old.inputs }).text("name") ?? old.id;

/** @throws NSK-OBJECT-IN-USE naming the containers on the network that are not of its stack */
async function refuseForStrangers(
  { client, ownership }: DockerContext,
  old: RecordedResource,
): Promise<void> {
  const stack = stackOf(ownership, labelMap(reader(old.inputs).blocks("labels")));
  const strangers = await holders(client, old.id, (labels) => stackOf(ownership, labels) !== stack);
  if (strangers.length > 0) throw objectInUse({ kind: "network", name: nameOf(old), holders: strangers });
}

async function holders(
  client: DockerContext["client"],
  networkId: string,
  matches: (labels: Readonly<Record<string, string>>) => boolean,
): Promise<readonly string[]> {
  const containers = await client.containers({});
  return containers
    .filter(
      (container) =>
        container.State === "running" &&
        matches(container.Labels) &&
        Object.values(container.NetworkSettings.Networks).some(({ NetworkID }) => NetworkID === networkId),
    )
    .map((container) => (container.Names[0] ?? container.Id).replace(/^\//, ""));
}
