import { lstat } from "node:fs/promises";
import { basename, join } from "node:path";
import { preloadsIn } from "../../../engine/formats/preloads.ts";
import { acceptAgent } from "./accept-agent.ts";
import { agentEnv, lookupIn, ownValues, sharedWith } from "./agent-env.ts";
import { filledIn, readCompose } from "./compose.ts";
import { contactLabels } from "./contact.ts";
import type { Command, DeployCommand } from "./command.ts";
import { planContainer } from "./container.ts";
import { describeBuild, ENV_FILE, packContext, readOptional, type AgentBuild } from "./context.ts";
import type { Docker, Image } from "./docker.ts";
import { PermanentFailure } from "./failure.ts";
import type { Reporter } from "./report.ts";
import { untilServed } from "./served.ts";
import type { ImageRegistry, Settings } from "./settings.ts";

export interface WorkOptions {
  readonly settings: Settings;
  readonly docker: Docker;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Does what one command says. Every step is done, or was done already: whatever interrupted it, it can be run again.
 * @throws PermanentFailure when another attempt would fail too
 */
export async function carryOut(command: Command, options: WorkOptions): Promise<void> {
  if (command.command === "remove_agent") await removeAgent(command, options);
  else await deployAgent(command, options);
}

async function removeAgent(command: Command, { docker, reporter }: WorkOptions): Promise<void> {
  await removeVersions(docker, command.agent_name, undefined);
  await reporter.progress(command, { stage: "removed" });
}

async function deployAgent(command: DeployCommand, options: WorkOptions): Promise<void> {
  const { settings, docker, reporter, signal } = options;
  const { agent_name: agent, agent_path: folder } = command;
  await reporter.progress(command, { stage: "processing" });
  await requireFolder(folder);
  await refuseForeign(docker, agent);

  const build = await describeBuild(agent, folder, settings);
  const image = await ensureImage(build, command, options);

  const publicUrl = `${settings.publicGatewayUrl}/agents/agent-${agent}/`;
  const compose = await readCompose(folder);
  const shared = sharedWith(settings, command);
  const envFile = await readOptional(join(folder, ENV_FILE), LARGEST_ENV_FILE);
  const lookup = lookupIn(ownValues({ shared, envFile }));
  const mount = settings.uninstrumented.includes(agent) ? undefined : settings.telemetryMount;
  const container = planContainer({
    stack: settings.stack,
    agent,
    image: build.reference,
    env: agentEnv({
      stack: settings.stack,
      ...{ agent, ownerId: command.owner_id, publicUrl, shared, envFile, compose },
      gatewaySecret: settings.gatewaySecret,
      preloads: mount && { from: preloadsIn(`${mount.path}/current`), image },
      telemetrySecret: settings.telemetrySecret,
      accessSecret: await acceptAgent(settings, command),
    }),
    command: compose?.command?.map((word) => filledIn(word, compose.file, lookup)),
    network: settings.agentsNetwork,
    mount,
    memory: settings.agentMemory,
    cpus: settings.agentCpus,
    contact: await contactLabels(build, compose, publicUrl),
    hashKey: settings.serviceToken,
  });
  await reporter.progress(command, { stage: "deploying" });
  // The registry serves the newest: an older container of this very version has to become new to be served again.
  const existing = (await docker.agents()).filter((one) => one.agent === agent);
  const standing = existing.find(({ hash }) => hash === container.hash);
  if (standing !== undefined && existing.some((one) => isNewer(one, standing, existing)))
    await docker.remove(standing.name);
  await docker.run(container, image.id);

  await reporter.progress(command, { stage: "registering" });
  try {
    const { serviceRegistryUrl, registryToken, servedWithin: within } = settings;
    await untilServed({ serviceRegistryUrl, registryToken, agent, hash: container.hash, within, signal });
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    // The version before keeps serving; this one goes, with its last words told.
    const [lines, isMemory] = await Promise.all([
      docker.lastLines(container.name),
      docker.ranOutOfMemory(container.name),
    ]);
    await docker.remove(container.name);
    const memory = isMemory ? outOfMemory(settings.agentMemory) : "";
    throw new PermanentFailure([`${error.message}${memory}`, ...(lines === "" ? [] : [lines])].join("\n"));
  }
  await removeVersions(docker, agent, container.hash);

  const version = basename(folder).replace(/^v/, "");
  const { owner_id } = command;
  await reporter.enter(command, {
    ...{ url: publicUrl, version, hash: container.hash, status: "active", source: "uploaded" },
    ...(owner_id === "" ? {} : { owner_id }),
  });
  await reporter.progress(command, { stage: "active", url: publicUrl });
}

const outOfMemory = (bytes: number): string =>
  `; it needs more than its ${Math.round(bytes / 1024 / 1024)} MB of memory, which AGENT_MEMORY_MB raises for uploads`;

/** Bytes of an agent's file of variables; the build proxy takes no more of a container's whole description. */
const LARGEST_ENV_FILE = 128 * 1024;

/** Docker lists the newest first. */
function isNewer<Item>(one: Item, than: Item, newestFirst: readonly Item[]): boolean {
  return newestFirst.indexOf(one) < newestFirst.indexOf(than);
}

/** Labels of the platform's own bases; they mean nothing here. */
const isOfBase = (name: string, value: string): boolean =>
  name === "nasiko.ca-certs" || name === "nasiko.hash" || (name === "nasiko.kind" && value === "base");

/** Makes sure that the image is there, and in the registry. @throws PermanentFailure when it may not be run */
async function ensureImage(build: AgentBuild, command: DeployCommand, options: WorkOptions): Promise<Image> {
  const { docker, settings } = options;
  const image = (await docker.image(build.reference)) ?? (await buildImage(build, command, options));
  // A container inherits its image's labels: by them the platform would take it for something else.
  const foreign = Object.entries(image.labels).find(
    ([name, value]) => name.startsWith("nasiko.") && !isOfBase(name, value),
  );
  if (foreign !== undefined)
    throw new PermanentFailure(`the image carries the platform's label ${foreign[0]}`);
  if (image.size > settings.largestImage) {
    await docker.removeImage(build.reference);
    const [size, most] = [image.size, settings.largestImage].map((bytes) => Math.ceil(bytes / 1024 / 1024));
    throw new PermanentFailure(`the image has ${size} MB; an agent's may have ${most} MB at most`);
  }
  if (settings.registry !== undefined && !(await isPushed(build, settings.registry)))
    await docker.push(build, settings.registry.pushAddress);
  return image;
}

async function buildImage(
  build: AgentBuild,
  command: DeployCommand,
  { docker, reporter, settings }: WorkOptions,
): Promise<Image> {
  await reporter.progress(command, { stage: "building" });
  try {
    await docker.build(build.reference, packContext(build), settings.buildTimeout);
  } catch (error) {
    throw withoutBase(error, build) ?? error;
  }
  const image = await docker.image(build.reference);
  if (image === undefined) throw new Error(`${build.reference} is not there after its build`);
  return image;
}

/** What the engine says when it looks elsewhere for a base that is not there: nobody answers for "localhost". */
const LOOKED_ELSEWHERE = /localhost\/(?:v2|nasiko\/base-)/;

/** The failure of a build whose base was never made on this machine, in words that help; undefined for any other. */
function withoutBase(error: unknown, { bases }: AgentBuild): PermanentFailure | undefined {
  const [base] = bases;
  if (base === undefined || !(error instanceof Error) || !LOOKED_ELSEWHERE.test(error.message))
    return undefined;
  const wanted = bases.find(({ reference }) => error.message.includes(reference.replace(/:.*/, ""))) ?? base;
  return new PermanentFailure(
    `${wanted.reference} was not made on this machine yet; its operator makes it with: nasiko images prepare ${wanted.example}`,
  );
}

/** Whether the registry holds it already; the tag says what is in it, and is never given to anything else. */
async function isPushed(
  { reference, tag }: AgentBuild,
  { url, authorization }: ImageRegistry,
): Promise<boolean> {
  const repository = reference.slice(0, reference.lastIndexOf(":"));
  const response = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: "HEAD",
    headers: {
      accept:
        "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 200 && response.status !== 404)
    throw new Error(`the registry of agents' images answers ${response.status}`);
  return response.status === 200;
}

async function removeVersions(docker: Docker, agent: string, except: string | undefined): Promise<void> {
  const versions = (await docker.agents()).filter((one) => one.agent === agent && one.managedBy === "worker");
  for (const { id, hash } of versions) if (hash !== except) await docker.remove(id);
}

async function refuseForeign(docker: Docker, agent: string): Promise<void> {
  const foreign = (await docker.agents()).find((one) => one.agent === agent && one.managedBy !== "worker");
  if (foreign !== undefined)
    throw new PermanentFailure(`agent ${agent} belongs to the stack's program; upload it under another name`);
}

async function requireFolder(folder: string): Promise<void> {
  const stat = await lstat(folder).catch(() => undefined);
  if (stat?.isDirectory() !== true) throw new PermanentFailure(`${folder} does not exist`);
}
