import type { ContainerInspectInfo } from "dockerode";
import type {
  CreateResult,
  RecordedResource,
  Recovered,
  StepContext,
  UpdateResult,
} from "../../core/provider.ts";
import type { PropertyMap } from "../../core/values.ts";
import { withAutomaticName } from "../schema/autoname.ts";
import { changes, type Change } from "../schema/changes.ts";
import { reader } from "../schema/reader.ts";
import { containerBody, labelMap, updateBody } from "./container-body.ts";
import { removeByForce, startContainer, waitForEnd } from "./container-actions.ts";
import { checkContainer } from "./container-check.ts";
import { CONTAINER_FIELDS } from "./container-fields.ts";
import { containerOutputs, type JobResult } from "./container-outputs.ts";
import { statusCodeOf } from "./docker-error.ts";
import { imageGone } from "./errors.ts";
import { endpoints } from "./endpoints.ts";
import { sendCreate } from "./send-create.ts";
import { isOrphanOf, nameTakenBy } from "./ownership.ts";
import { waitUntilReady } from "./readiness.ts";
import { tableDiff, type DockerContext, type ResourceKind } from "./resource-kind.ts";
import { removeContainer } from "./container-removal.ts";
import { uploadArchive, uploadedFiles } from "./uploads.ts";

/** `docker.Container`: a long-running container, or with `attach` a job that runs to its end. */
export function containerKind(context: DockerContext): ResourceKind {
  return {
    type: "docker:index/container:Container",
    check: (name, olds, news) => Promise.resolve(withAutomaticName(checkContainer(news), name, olds)),
    diff: (old, news) => ({
      ...tableDiff(CONTAINER_FIELDS, old, news, observedStop(old, news)),
      // Even under a new name: host ports are taken as long as the old container exists.
      deleteBeforeReplace: true,
    }),
    create: (news, step) => createContainer(context, news, step),
    update: (old, news, step) => updateContainer(context, old, news, step),
    delete: (old, step) => removeContainer(context, old, step),
    recover: (inputs) => recoverContainer(context, inputs),
  };
}

/** A container that was found stopped has `mustRun: false` on record: starting it is an update. */
function observedStop(old: RecordedResource, news: PropertyMap): readonly Change[] {
  return old.outputs["mustRun"] === false && news["mustRun"] === true
    ? [{ field: "mustRun", effect: "update" }]
    : [];
}

async function createContainer(
  context: DockerContext,
  inputs: PropertyMap,
  step: StepContext,
): Promise<CreateResult> {
  const id = await newContainer(context, inputs, step.interrupted === true);
  await step.created(id);
  const { outputs, initErrors } = await bringUp(context, id, inputs, step);
  return { id, outputs, ...(initErrors === undefined ? {} : { initErrors }) };
}

/** @param interrupted an earlier run began this and never reported: what it left under our name is ours to remove */
async function newContainer(
  context: DockerContext,
  inputs: PropertyMap,
  interrupted: boolean,
): Promise<string> {
  const { client, ownership, recordedIn } = context;
  const { HostConfig, ...settings } = containerBody(inputs);
  const body = { ...settings, HostConfig: { ...HostConfig, ContainerIDFile: recordedIn ?? "" } };
  const name = reader(inputs).requiredText("name");
  try {
    const container = await sendCreate(() =>
      client.call(`create ${name}`, (docker) => docker.createContainer(body)),
    );
    return container.id;
  } catch (thrown) {
    // 404 is the engine's answer when there is no such image; networks and volumes come later.
    if (statusCodeOf(thrown) === 404)
      throw imageGone({ image: reader(inputs).requiredText("image"), container: name }, thrown);
    const owner = statusCodeOf(thrown) === 409 ? await client.container(name) : undefined;
    if (owner === undefined) throw thrown;
    const labels = labelMap(reader(inputs).blocks("labels"));
    if (interrupted && isOrphanOf(ownership, labels, owner.Config.Labels)) {
      await removeByForce(client, { id: owner.Id, name });
      return newContainer(context, inputs, false);
    }
    throw nameTakenBy(ownership, {
      kind: "container",
      name,
      owner: `container ${owner.Id.slice(0, 12)} of image ${owner.Config.Image}, ${owner.State.Status}`,
      wanted: labels,
      found: owner.Config.Labels,
    });
  }
}

/** How far it came cannot be seen: files may be missing, and a job may have run half. So it is never complete. */
async function recoverContainer(
  { client, ownership }: DockerContext,
  inputs: PropertyMap,
): Promise<Recovered | undefined> {
  const get = reader(inputs);
  const found = await client.container(get.requiredText("name"));
  const wanted = labelMap(get.blocks("labels"));
  if (found === undefined || !isOrphanOf(ownership, wanted, found.Config.Labels)) return undefined;
  return { id: found.Id, outputs: inputs, complete: false };
}

/**
 * Takes a container that exists to where it should be: networks and files when it never ran, then started, then
 * waited for. What goes wrong here is an init error, because the container is there and has to be recorded.
 */
async function bringUp(
  context: DockerContext,
  id: string,
  inputs: PropertyMap,
  step: StepContext,
): Promise<UpdateResult> {
  const { client } = context;
  const get = reader(inputs);
  let result: JobResult = {};
  const problems: string[] = [];
  try {
    const before = await mustInspect(context, id);
    if (before.State.Status === "created") await prepareFirstStart(context, before, inputs);
    const starts = get.flag("start") === true;
    // One that may be stopped is started when it is new, and left alone later.
    if (starts && (before.State.Status === "created" || get.flag("mustRun") === true))
      await start(context, before);
    if (get.flag("attach") === true) result = await finished(context, id, inputs, step);
    else if (starts && get.flag("wait") === true) {
      const readiness = await waitUntilReady(id, {
        ...context,
        signal: step.signal,
        timeoutSeconds: get.number("waitTimeout") ?? 60,
        report: (message) => step.report(message),
      });
      if (!readiness.ready) problems.push(readiness.failure.sentence);
    }
  } catch (thrown) {
    if (statusCodeOf(thrown) === undefined || !(thrown instanceof Error)) throw thrown;
    problems.push(thrown.message);
  }
  const inspect = await client.container(id);
  const outputs = inspect === undefined ? inputs : containerOutputs(inputs, inspect, result);
  return { outputs, ...(problems.length === 0 ? {} : { initErrors: problems }) };
}

/** Networks and files of a container that has not run yet. Repeatable: an earlier try may have come half way. */
async function prepareFirstStart(
  { client }: DockerContext,
  inspect: ContainerInspectInfo,
  inputs: PropertyMap,
): Promise<void> {
  const { Id: id } = inspect;
  const name = inspect.Name.replace(/^\//, "");
  const wanted = endpoints(inputs);
  const attached = Object.entries(inspect.NetworkSettings.Networks);
  // The mode stays "bridge", as with the official provider: another mode would be a difference at its next refresh.
  if (wanted.length > 0 && attached.some(([network]) => network === "bridge"))
    await client.call(`take ${name} off the default network`, (docker) =>
      docker.getNetwork("bridge").disconnect({ Container: id }),
    );
  for (const { network, settings } of wanted) {
    if (attached.some(([joined, { NetworkID }]) => joined === network || NetworkID === network)) continue;
    await client.call(`connect ${name} to network ${network}`, (docker) =>
      docker.getNetwork(network).connect({ Container: id, EndpointConfig: settings }),
    );
  }
  const files = uploadedFiles(inputs);
  if (files.length === 0) return;
  const archive = await uploadArchive(files);
  await client.call(`copy files into ${name}`, (docker) =>
    docker.getContainer(id).putArchive(archive, { path: "/" }),
  );
}

async function start({ client }: DockerContext, inspect: ContainerInspectInfo): Promise<void> {
  const name = inspect.Name.replace(/^\//, "");
  if (inspect.State.Paused)
    await client.call(`resume ${name}`, (docker) => docker.getContainer(inspect.Id).unpause());
  else if (!inspect.State.Running) await startContainer(client, { id: inspect.Id, name });
}

/** Waits for the end of a job. Its exit code is an output: what it means is the program's business. */
async function finished(
  { client }: DockerContext,
  id: string,
  inputs: PropertyMap,
  step: StepContext,
): Promise<JobResult> {
  const get = reader(inputs);
  step.report("waiting for its end");
  const isThere = await waitForEnd(client, { id, name: get.requiredText("name") }, step.signal);
  if (!isThere || get.flag("logs") !== true) return {};
  const lines = await client.logs(id);
  return { containerLogs: lines.map((line) => `${line}\n`).join("") };
}

async function updateContainer(
  context: DockerContext,
  old: RecordedResource,
  news: PropertyMap,
  step: StepContext,
): Promise<UpdateResult> {
  const { client } = context;
  const get = reader(news);
  const changed = changes(CONTAINER_FIELDS, old.inputs, news);
  if (changed.some(({ field, effect }) => effect === "update" && field !== "mustRun"))
    await client.call(`change the limits of ${get.requiredText("name")}`, (docker) =>
      docker.getContainer(old.id).update(updateBody(news)),
    );
  // A job has run; only its record changes.
  if (get.flag("attach") === true) {
    const inspect = await mustInspect(context, old.id);
    const { containerLogs } = old.outputs;
    return {
      outputs: containerOutputs(news, inspect, typeof containerLogs === "string" ? { containerLogs } : {}),
    };
  }
  return bringUp(context, old.id, news, step);
}

async function mustInspect({ client }: DockerContext, id: string): Promise<ContainerInspectInfo> {
  return client.call(`inspect ${id.slice(0, 12)}`, (docker) => docker.getContainer(id).inspect());
}
