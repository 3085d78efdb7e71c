import type { NasikoError } from "../errors/define-error.ts";
import type { AgentContract } from "../agents/read-agent.ts";
import { cardAt } from "../../engine/formats/a2a/card-at.ts";
import { derived, type EnvValue } from "../services/env-value.ts";
import { agentCredentials } from "../services/auth-settings.ts";
import { GATEWAY_SECRET } from "../services/platform-settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { NamedVolume } from "../agents/named-volumes.ts";
import type { VolumeMount } from "../services/service-spec.ts";
import type { AgentPreloads } from "./agent-preloads.ts";
import { agentVolume } from "./agent-volume.ts";
import type { ContainerOptions, ContainerPlan } from "./container-plan.ts";
import { agentNameInvalid, agentNameTaken } from "./errors.ts";
import { type HashKey, shapeHash } from "./hash-key.ts";
import type { PlannedImage } from "./images.ts";
import { LABEL, type Labels } from "./labels.ts";
import { containerName } from "../services/names.ts";

export interface PlannedAgent {
  readonly kind: "agent";
  readonly name: string;
  /** Name in routes, and the network alias that an agent does not have: versions stand side by side. */
  readonly routeName: string;
  /** Folder of the agent, relative to the checkout. */
  readonly folder: string;
  readonly image: PlannedImage;
  readonly container: ContainerPlan;
  /** Says which version it is: image and container together; what the registry reports as served. */
  readonly hash: string;
  /** Where people reach it. */
  readonly url: string;
  readonly rollout: Settings["agentRollout"];
  /** Seconds until it has to be served. */
  readonly servedWithin: number;
  /** What its author should know, and what can stay as it is. */
  readonly notes: readonly string[];
  /** Services that have to be ready before it starts, besides the service registry. */
  readonly after: readonly string[];
}

/** Megabytes of an agent whose compose file sets no limit: what an agent on LangChain needs to start and answer. */
const DEFAULT_MEMORY = 512;

/** Characters of the largest card that is kept beside a container. */
const LARGEST_CARD = 32_768;

/**
 * Names that can be agents: a DNS label that no service of the platform has. All problems at once.
 * @param given how each was written, for the messages
 */
export function agentNameProblems(
  names: readonly string[],
  services: readonly string[],
  given: readonly string[] = names,
): readonly NasikoError[] {
  return names.flatMap((name, index) => {
    if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
      return [agentNameInvalid({ name: given[index] ?? name })];
    return services.includes(name) ? [agentNameTaken({ name })] : [];
  });
}

/** Everything about an agent that is known before its container is planned. */
export interface AgentParts {
  readonly name: string;
  /** Relative to the program. */
  readonly folder: string;
  readonly contract: AgentContract;
  readonly image: PlannedImage;
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly url: string;
  readonly notes: readonly string[];
  readonly preloads: Pick<AgentPreloads, "volumes" | "after">;
}

/** Where an agent is reached. @param gateway with the slash at the end */
export const agentUrl = (gateway: string, name: string): string => `${gateway}agents/${routeOf(name)}/`;

const routeOf = (name: string): string => `agent-${name}`;

/**
 * A version of an agent is a container of its own: its name carries the hash of image and container, so that the
 * new one starts beside the old one and nothing is replaced. With the rollout `recreate` the name is the agent's,
 * on the engine as well, and a new version is a replacement.
 */
export function planAgent(
  { name, folder, contract, image, env, url, notes, preloads }: AgentParts,
  settings: Settings,
  hashKey: HashKey = () => undefined,
): PlannedAgent {
  const routeName = routeOf(name);
  const service: Partial<NonNullable<AgentContract["service"]>> = contract.service ?? {};
  const { entrypoint, command, user, memoryMegabytes, readOnly, tmpfs, volumes } = service;
  const { stopSignal, stopGraceSeconds } = service;
  const options = optionsOf(service);
  const shape = {
    image: image.reference,
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(command === undefined ? {} : { command }),
    // Who it is and where it is reached is not the agent's to say.
    env: {
      ...env,
      AGENT_NAME: name,
      AGENT_PUBLIC_URL: url,
      NASIKO_GATEWAY_SECRET: derived(GATEWAY_SECRET, name),
      ...agentCredentials(settings, name),
    },
    files: [],
    volumes: [...(volumes ?? []).map(mountOf(name)), ...preloads.volumes],
    ports: [],
    memoryMegabytes: memoryMegabytes ?? DEFAULT_MEMORY,
    ...(user === undefined ? {} : { user }),
    capabilities: [],
    readOnly: readOnly ?? false,
    tmpfs: tmpfs ?? {},
    ...(Object.keys(options).length === 0 ? {} : { options }),
    restart: "unless-stopped",
    stopSignal: stopSignal ?? "SIGTERM",
    stopGraceSeconds: stopGraceSeconds ?? 15,
    ready: { when: "started" },
  } as const;
  const contact = contactLabels(contract, url);
  // Holds secrets, too: a changed key is a new version.
  const hash = shapeHash({ ...shape, contact }, hashKey);
  const { agentRollout: rollout, agentTimeout: servedWithin } = settings;
  const recreate = rollout === "recreate";
  const versionName = recreate ? routeName : `${routeName}-${hash.slice(0, 8)}`;
  const container: ContainerPlan = {
    ...shape,
    resourceName: versionName,
    name: recreate ? routeName : containerName(settings.stack, versionName),
    // No alias that two versions share: Docker's DNS would balance onto one that is not ready.
    networks: [{ role: "agents", aliases: [] }],
    labels: {
      [LABEL.stack]: settings.stack,
      [LABEL.agent]: name,
      [LABEL.kind]: "agent",
      [LABEL.hash]: hash,
      ...contact,
      [LABEL.managedBy]: "pulumi",
    },
  };
  return {
    kind: "agent",
    name,
    routeName,
    folder,
    image,
    container,
    hash,
    url,
    rollout,
    servedWithin,
    notes,
    after: preloads.after,
  };
}

/** What a container may be told besides, of everything that a compose file says. */
function optionsOf(service: Partial<ContainerOptions>): ContainerOptions {
  const { cpus, groups, shmMegabytes, workingDir, hostname, domainname, dns, dnsSearches } = service;
  const { dnsOptions, hosts, ulimits, tty, stdinOpen } = service;
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(groups === undefined ? {} : { groups }),
    ...(shmMegabytes === undefined ? {} : { shmMegabytes }),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(domainname === undefined ? {} : { domainname }),
    ...(dns === undefined ? {} : { dns }),
    ...(dnsSearches === undefined ? {} : { dnsSearches }),
    ...(dnsOptions === undefined ? {} : { dnsOptions }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(ulimits === undefined ? {} : { ulimits }),
    ...(tty === undefined ? {} : { tty }),
    ...(stdinOpen === undefined ? {} : { stdinOpen }),
  };
}

const mountOf =
  (agent: string) =>
  ({ name, path, readOnly }: NamedVolume): VolumeMount => ({
    volume: agentVolume(agent, name),
    path,
    ...(readOnly ? { readOnly: true } : {}),
  });

/** How the service registry comes to the agent's card. */
function contactLabels({ ports: [first, ...others], card }: AgentContract, url: string): Labels {
  const shown = card === undefined ? "" : JSON.stringify(cardAt(card, url));
  return {
    [LABEL.port]: String(first.port),
    ...(others.length === 0 ? {} : { [LABEL.otherPorts]: others.map(({ port }) => port).join(",") }),
    ...(shown === "" || shown.length > LARGEST_CARD ? {} : { [LABEL.card]: shown }),
  };
}
