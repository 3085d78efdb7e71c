import type { ContainerOptions as AgentOptions } from "../agents/container-options.ts";
import type { EnvValue } from "../services/env-value.ts";
import type {
  FileSpec,
  HealthCheck,
  NetworkRole,
  PortSpec,
  ServiceSpec,
  VolumeMount,
} from "../services/service-spec.ts";
import { isStandIn } from "../images/substitute.ts";
import type { PlannedImage } from "./images.ts";
import { LABEL, type Labels } from "./labels.ts";
import { containerName } from "../services/names.ts";
import { toMegabytes, toSeconds } from "../services/units.ts";

/** A container as it shall be, whatever it is for: plain data, every default filled in. */
export interface ContainerPlan {
  /** Logical name in the program; for an agent it carries the hash. */
  readonly resourceName: string;
  /** Name on the engine. */
  readonly name: string;
  readonly labels: Labels;
  /** Reference of the image, e.g. "nasiko/redis:1f2e…". */
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly files: readonly FileSpec[];
  readonly volumes: readonly VolumeMount[];
  /** Ports with a host side; what is not published does not appear. */
  readonly ports: readonly PublishedPort[];
  readonly networks: readonly NetworkAttachment[];
  readonly health?: PlannedHealth;
  readonly memoryMegabytes: number;
  /** Undefined: the image's own user. */
  readonly user?: string;
  readonly capabilities: readonly string[];
  readonly readOnly: boolean;
  readonly tmpfs: Readonly<Record<string, string>>;
  /** Host path of the engine's socket, for the filtering proxies only. */
  readonly dockerSocket?: string;
  /** What only agents' compose files ask for. @default as the engine has it */
  readonly options?: ContainerOptions;
  readonly restart: "unless-stopped" | "no";
  readonly stopSignal: string;
  readonly stopGraceSeconds: number;
  readonly ready: Readiness;
}

/** Settings of a container that change nothing for anybody else. */
export type ContainerOptions = Pick<
  AgentOptions,
  | "cpus"
  | "groups"
  | "shmMegabytes"
  | "workingDir"
  | "hostname"
  | "domainname"
  | "dns"
  | "dnsSearches"
  | "dnsOptions"
  | "hosts"
  | "ulimits"
  | "tty"
  | "stdinOpen"
>;

export interface PublishedPort extends PortSpec {
  readonly host: number;
}

export interface NetworkAttachment {
  readonly role: NetworkRole;
  readonly aliases: readonly string[];
}

export interface PlannedHealth {
  readonly test: HealthCheck["test"];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
  /** Undefined: as often as later. */
  readonly startIntervalSeconds?: number;
}

/** What has to happen before the container counts as ready. */
export type Readiness =
  | { readonly when: "healthy"; readonly withinSeconds: number }
  | { readonly when: "completed"; readonly withinSeconds: number }
  /** Decided elsewhere: an agent is ready when the registry serves it. */
  | { readonly when: "started" };

export interface PlanContext {
  readonly stack: string;
  readonly dockerSocket: string;
  /** Seconds between two health checks. @default 10 */
  readonly healthInterval?: number | undefined;
}

/** Fills in every default of a service's description. */
export function planContainer(spec: ServiceSpec, image: PlannedImage, context: PlanContext): ContainerPlan {
  return {
    resourceName: spec.name,
    name: containerName(context.stack, spec.name),
    labels: {
      [LABEL.stack]: context.stack,
      [LABEL.service]: spec.name,
      [LABEL.kind]: spec.kind,
      [LABEL.hash]: image.shortHash,
      [LABEL.managedBy]: "pulumi",
      ...(isStandIn(image) ? { [LABEL.standin]: "true" } : {}),
    },
    image: image.reference,
    ...(spec.entrypoint === undefined ? {} : { entrypoint: spec.entrypoint }),
    ...(spec.command === undefined ? {} : { command: spec.command }),
    env: spec.env ?? {},
    files: spec.files ?? [],
    volumes: spec.volumes ?? [],
    ports: publishedPorts(spec),
    networks: spec.networks.map((role) => ({ role, aliases: [spec.name, ...(spec.aliases?.[role] ?? [])] })),
    ...(spec.kind === "service" ? { health: planHealth(spec.health, context) } : {}),
    memoryMegabytes: toMegabytes(spec.memory),
    user: spec.user,
    capabilities: spec.capabilities ?? [],
    readOnly: spec.readOnly ?? true,
    tmpfs: spec.tmpfs ?? {},
    ...(spec.dockerSocket === true ? { dockerSocket: context.dockerSocket } : {}),
    restart: spec.kind === "job" ? "no" : "unless-stopped",
    stopSignal: spec.stop.signal,
    stopGraceSeconds: toSeconds(spec.stop.grace),
    ready:
      spec.kind === "job"
        ? { when: "completed", withinSeconds: toSeconds(spec.finishWithin ?? "120s") }
        : { when: "healthy", withinSeconds: toSeconds(spec.readyWithin ?? "120s") },
  };
}

/** Seconds; the same for every version of the API, so that planning for another one replaces nothing. */
const HEALTH_INTERVAL = 10;

function planHealth(health: HealthCheck, { healthInterval }: PlanContext): PlannedHealth {
  return {
    test: health.test,
    intervalSeconds: healthInterval ?? HEALTH_INTERVAL,
    timeoutSeconds: toSeconds(health.timeout ?? "5s"),
    retries: health.retries ?? 3,
    startPeriodSeconds: toSeconds(health.startPeriod ?? "30s"),
    ...(health.startInterval === undefined ? {} : { startIntervalSeconds: toSeconds(health.startInterval) }),
  };
}

function publishedPorts(spec: ServiceSpec): readonly PublishedPort[] {
  return (spec.ports ?? []).flatMap((port) =>
    port.host === undefined ? [] : [{ ...port, host: port.host }],
  );
}
