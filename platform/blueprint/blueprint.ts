import type { VariableLookup } from "../settings/variable.ts";
import { throwProblems } from "../errors/define-error.ts";
import { isEnterprise, SUPERUSER_KEY, SUPERUSER_SECRET } from "../services/auth-settings.ts";
import { type EnvValue, secretsIn } from "../services/env-value.ts";
import {
  type Audience,
  type Condition,
  type LayerName,
  LAYERS,
  type Login,
  NETWORK_ROLES,
  type NetworkRole,
  type PortUrl,
  type ServiceRole,
  type ServiceSpec,
} from "../services/service-spec.ts";
import type { Settings } from "../settings/settings.ts";
import type { Places } from "./agent-folder.ts";
import { agentUrl, type PlannedAgent } from "./agents.ts";
import { type ContainerPlan, planContainer, type PublishedPort } from "./container-plan.ts";
import { gatewayProblems } from "./gateway-rules.ts";
import type { HashKey } from "./hash-key.ts";
import { gatewayDoor, hostUrl } from "./host-url.ts";
import { ImageCatalogue, type PlannedImage } from "./images.ts";
import { LABEL, type Labels } from "./labels.ts";
import { networkName, PROMETHEUS_SERVICE, REGISTRY_SERVICE, volumeName } from "../services/names.ts";
import { planAgents } from "./plan-agents.ts";
import { catalogueProblems } from "./rules.ts";
import { select, type Selection } from "./selection.ts";
import { startOrder } from "./start-order.ts";
import { agentVolumes } from "./agent-volumes.ts";
import { mountsOf, volumesOf } from "./volumes.ts";

/** Everything the platform is on one stack: validated, ordered, and plain data. */
export interface Blueprint {
  readonly settings: Settings;
  readonly networks: readonly PlannedNetwork[];
  readonly volumes: readonly PlannedVolume[];
  /** Purposes of the secrets that are generated for this stack. */
  readonly secrets: readonly string[];
  /** Every image that the services run, each once; an agent holds its own. */
  readonly images: readonly PlannedImage[];
  readonly layers: readonly PlannedLayer[];
  /** None where no service registry is: nobody could reach them. */
  readonly agents: readonly PlannedAgent[];
  /** Services that nobody asked for, but that others need. */
  readonly added: Selection["added"];
  /** Addresses for people. */
  readonly urls: readonly PlannedUrl[];
  /** What the first user logs in with; undefined in mode `simple`. */
  readonly superuser: Superuser | undefined;
  /** Sum of all memory limits. */
  readonly memoryMegabytes: number;
}

/** Credentials as the stack's secrets make them up. */
export interface Superuser {
  readonly accessKey: EnvValue;
  readonly accessSecret: EnvValue;
}

export interface PlannedNetwork {
  readonly role: NetworkRole;
  readonly name: string;
  readonly labels: Labels;
}

export interface PlannedVolume {
  /** Short name, as services call it. */
  readonly volume: string;
  readonly name: string;
  readonly labels: Labels;
  /** Whether anything mounts it; one that nothing mounts is kept for the data in it. */
  readonly mounted: boolean;
}

export interface PlannedLayer {
  readonly name: LayerName;
  /** In start order. */
  readonly services: readonly PlannedService[];
}

/** A service or a job of the platform. */
export interface PlannedService {
  readonly kind: "service" | "job";
  readonly name: string;
  readonly summary: string;
  readonly image: PlannedImage;
  readonly container: ContainerPlan;
  readonly dependsOn: Readonly<Record<string, Condition>>;
  /** @default one like any other */
  readonly role?: ServiceRole;
  /** Who besides the platform's own services may reach it. */
  readonly reachableBy: readonly Audience[];
}

export interface PlannedUrl {
  readonly label: string;
  readonly url: string;
  /** Who can log in there from the first start on. */
  readonly login?: Login;
}

export interface BlueprintRequest extends Places {
  readonly settings: Settings;
  /** Every service there is, described for a stack that has some of them; the settings choose. */
  readonly catalogue: (settings: Settings, has?: (service: string) => boolean) => readonly ServiceSpec[];
  /** Values of the variables that agents name. @default nobody has set any */
  readonly variable?: VariableLookup;
  /** Keeps the hashes of agents with secrets from telling anything about them, see {@link hashKeyOf}.
   *  @default such hashes are plain */
  readonly hashKey?: HashKey;
}

/**
 * Builds the blueprint: settings, services and agents in, one description out. Reads the folders that images are
 * built from; never asks the engine, the clock or the network.
 * @throws NasikoError or NasikoErrors with everything that is wrong.
 */
export function buildBlueprint({
  root,
  program = root,
  settings,
  catalogue,
  variable,
  hashKey,
}: BlueprintRequest): Blueprint {
  const everything = catalogue(settings);
  const { services: chosen, added } = select(everything, settings);
  const names = new Set(chosen.map(({ name }) => name));
  const { services } = select(
    catalogue(settings, (name) => names.has(name)),
    settings,
  );
  throwProblems([...gatewayProblems(settings), ...catalogueProblems(services)]);
  const images = new ImageCatalogue(root, settings, program);
  const planned = startOrder(services).map((spec) => planService(spec, images, settings));
  // A stack that is not running has no agents to check: `down` works whatever became of their folders.
  const agents = settings.running
    ? planAgents({ root, program, settings, services, images, variable, hashKey })
    : [];
  const containers = [...planned, ...agents].map(({ container }) => container);
  return {
    settings,
    networks: NETWORK_ROLES.map((role) => planNetwork(settings, role)),
    volumes: planVolumes(settings, services, everything, agentVolumes({ root, program, settings, agents })),
    // Of the whole catalogue: a service that is left out today must find its password tomorrow.
    secrets: unique([...everything.flatMap(secretsOf), ...RETIRED_SECRETS]),
    images: [...new Set(planned.map(({ image }) => image))],
    layers: LAYERS.map((name) => ({
      name,
      services: planned.filter((service) => layerOf(services, service.name) === name),
    })).filter((layer) => layer.services.length > 0),
    agents,
    added,
    urls: planUrls(settings, planned, agents),
    superuser: isEnterprise(settings)
      ? { accessKey: SUPERUSER_KEY, accessSecret: SUPERUSER_SECRET }
      : undefined,
    memoryMegabytes: containers.reduce((sum, plan) => sum + plan.memoryMegabytes, 0),
  };
}

/** Where the service registry answers which version of every agent is served; undefined where it is not published. */
export function agentStatusUrl({ settings, layers }: Blueprint): string | undefined {
  const services = layers.flatMap((layer) => layer.services);
  const registry = services.find(({ name }) => name === REGISTRY_SERVICE);
  const status = registry?.container.ports.find(({ name }) => name === "status");
  return status === undefined ? undefined : hostUrl(settings, status, "/agents");
}

/** Where figures of requests are asked for; undefined where nobody keeps them, or keeps them unpublished. */
export function figuresUrl({ settings, layers }: Blueprint): string | undefined {
  const services = layers.flatMap((layer) => layer.services);
  const port = services.find(({ name }) => name === PROMETHEUS_SERVICE)?.container.ports[0];
  return port === undefined ? undefined : hostUrl(settings, port);
}

/** Where it answers which version of one agent is served. @throws Error where it is not published */
export function statusUrlOfAgent(blueprint: Blueprint, agent: string): string {
  const url = agentStatusUrl(blueprint);
  if (url === undefined)
    throw new Error(`${REGISTRY_SERVICE} is not published, so no agent can be asked for.`);
  return `${url}/${agent}`;
}

/** Where an agent is reached, whether there is one of that name or not. */
export function urlOfAgent({ settings, layers }: Blueprint, agent: string): string {
  const ports = layers.flatMap((layer) => layer.services).flatMap(({ container }) => container.ports);
  const gateway = gatewayDoor(settings, ports);
  if (gateway === undefined) throw new Error("No port of the catalogue is the gateway.");
  return agentUrl(hostUrl(settings, gateway), agent);
}

function planService(spec: ServiceSpec, images: ImageCatalogue, settings: Settings): PlannedService {
  const image = images.ofService(spec.image);
  return {
    kind: spec.kind,
    name: spec.name,
    summary: spec.summary,
    image,
    container: planContainer({ ...spec, volumes: mountsOf(spec, settings) }, image, settings),
    dependsOn: spec.dependsOn ?? {},
    ...(spec.role === undefined ? {} : { role: spec.role }),
    reachableBy: spec.reachableBy ?? [],
  };
}

function planNetwork(settings: Settings, role: NetworkRole): PlannedNetwork {
  const labels = { [LABEL.stack]: settings.stack, [LABEL.network]: role, [LABEL.managedBy]: "pulumi" };
  return { role, name: networkName(settings, role), labels };
}

/** What the services of the stack mount, and what is kept besides: see the setting `volumes`. */
function planVolumes(
  settings: Settings,
  services: readonly ServiceSpec[],
  everything: readonly ServiceSpec[],
  ofAgents: readonly string[],
): readonly PlannedVolume[] {
  const { stack, volumes } = settings;
  const known = everything.flatMap(volumesOf);
  const ofServices = services.flatMap((spec) => mountsOf(spec, settings)).map(({ volume }) => volume);
  const mounted = [...ofServices, ...ofAgents];
  const wanted = new Set([...mounted, ...(volumes === "all" ? known : volumes)]);
  return unique([...known.filter((volume) => wanted.has(volume)), ...wanted]).map((volume) => ({
    volume,
    name: volumeName(stack, volume),
    labels: { [LABEL.stack]: stack, [LABEL.volume]: volume },
    mounted: mounted.includes(volume),
  }));
}

function planUrls(
  settings: Settings,
  services: readonly PlannedService[],
  agents: readonly PlannedAgent[],
): readonly PlannedUrl[] {
  const published = services.flatMap(({ container }) =>
    container.ports.flatMap((port) => (port.url === undefined ? [] : [plannedUrl(settings, port, port.url)])),
  );
  return [...published, ...agents.map(({ name, url }) => ({ label: `Agent ${name}`, url }))];
}

function plannedUrl(settings: Settings, port: PublishedPort, { label, path, login }: PortUrl): PlannedUrl {
  const url = hostUrl(settings, port, path);
  return login === undefined ? { label, url } : { label, url, login };
}

function layerOf(services: readonly ServiceSpec[], name: string): LayerName | undefined {
  return services.find((service) => service.name === name)?.layer;
}

/**
 * Nothing reads them any more; but what an earlier version declared and protects cannot leave the program, and a stack
 * whose protection is taken off loses it only in the same run.
 */
const RETIRED_SECRETS = ["oauth-state-key", "session-key", "user-credentials-key"];

function secretsOf({ env = {}, files = [] }: ServiceSpec): readonly string[] {
  return [...Object.values(env), ...files.map(({ content }) => content)].flatMap(secretsIn);
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
