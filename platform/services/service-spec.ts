import type { Duration, Size } from "./units.ts";
import type { Profile } from "../settings/profiles.ts";
import type { AuthMode } from "../settings/settings.ts";
import type { EnvValue, Template } from "./env-value.ts";

/** Layers of the platform: a service depends on its own layer or on earlier ones, never on a later one. */
export const LAYERS = ["data", "gateway", "app", "observability", "models", "automation"] as const;
export type LayerName = (typeof LAYERS)[number];

/**
 * Networks by role; their names on the engine are the blueprint's business. They follow trust: `control` is for what
 * decides about the others (the gateway's Admin API, the Docker proxies, the registries, the auth service, and who
 * works with them), `data` for stores, `app` for what is asked through the gateway, `agents` for other people's code.
 */
export const NETWORK_ROLES = ["control", "app", "data", "agents"] as const;
export type NetworkRole = (typeof NETWORK_ROLES)[number];

/** What a service is to the others, for the rules that check a stack and the checks that look into one. */
export const SERVICE_ROLES = ["gateway", "store", "docker-proxy", "controller"] as const;
export type ServiceRole = (typeof SERVICE_ROLES)[number];

/** Who besides the platform's own services may reach one: programs on this machine, or agents. */
export const AUDIENCES = ["host", "agents"] as const;
export type Audience = (typeof AUDIENCES)[number];

/** Where an image comes from. */
export type ImageRef =
  /** A third-party image, pinned; on a machine that reaches no registry its equivalent in offline/. */
  | { readonly kind: "public"; readonly name: string; readonly tag: string }
  /** One of the platform's own services, from services. */
  | { readonly kind: "platform"; readonly name: string };

export const publicImage = (name: string, tag: string): Extract<ImageRef, { kind: "public" }> => ({
  kind: "public",
  name,
  tag,
});
export const platformImage = (name: string): ImageRef => ({ kind: "platform", name });

/** A file that is copied into the container before it starts. */
export interface FileSpec {
  /** Absolute path in the container. */
  readonly path: string;
  readonly content: string | Template;
  /** @default "0444"; use "0400" together with `owner` for what only the service may read */
  readonly mode?: string;
  /** Numeric uid of the owner. @default 0 */
  readonly owner?: number;
}

export interface VolumeMount {
  /** Short name; the engine's is `nasiko-<stack>-<name>`. */
  readonly volume: string;
  readonly path: string;
  /** For a service that only reads what another writes. @default false */
  readonly readOnly?: true;
}

export interface PortSpec {
  /** Short name, e.g. "proxy"; unique within the service. */
  readonly name: string;
  /** Port inside the container. */
  readonly internal: number;
  /** Host port, or undefined when it is not published. */
  readonly host: number | undefined;
  /** Setting that moves the host port, for messages, e.g. "NASIKO_PORT_KONG". */
  readonly setting: string;
  /** Agents are reached through this port. @default false */
  readonly gateway?: true;
  /** It speaks TLS. @default false */
  readonly tls?: true;
  /** Published as a URL for people and the CLI. @default not a URL */
  readonly url?: PortUrl;
}

export interface PortUrl {
  /** For people, e.g. "Langtrace". */
  readonly label: string;
  readonly path: string;
  /** Who can log in there from the first start on. @default nobody has to */
  readonly login?: Login;
}

export interface Login {
  readonly user: string;
  /** Purpose of the generated secret that is the password. */
  readonly secret: string;
}

/** How readiness is proved. */
export interface HealthCheck {
  /** Docker's form: ["CMD", ...] runs a program, ["CMD-SHELL", line] a shell line. */
  readonly test: readonly ["CMD", string, ...string[]] | readonly ["CMD-SHELL", string];
  /** @default "5s" */
  readonly timeout?: Duration;
  /** Failures in a row before it counts as unhealthy. @default 3 */
  readonly retries?: number;
  /** Failures during this time do not count; at least the real boot time. @default "30s" */
  readonly startPeriod?: Duration;
  /** Time between two probes until the first success, for what others would wait for longer than it takes; engines
   *  before API 1.44 know none. @default as later */
  readonly startInterval?: Duration;
}

export const shell = (line: string): HealthCheck => ({ test: ["CMD-SHELL", line] });
export const exec = (program: string, ...args: readonly string[]): HealthCheck => ({
  test: ["CMD", program, ...args],
});

/** What is waited for: a service to be healthy, a job to have ended well. */
export type Condition = "healthy" | "completed";

interface ContainerSpecBase {
  /** Short name: network alias, and the last part of `nasiko-<stack>-<name>`. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  readonly layer: LayerName;
  /** The group it is switched on with. @default "core" */
  readonly profile?: Profile;
  /** Modes of authentication in which it exists. @default all */
  readonly modes?: readonly AuthMode[];
  /** In no group: only there when somebody asks for it by name. @default false */
  readonly optional?: true;
  readonly image: ImageRef;
  /** @default the image's */
  readonly entrypoint?: readonly string[];
  /** @default the image's */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly files?: readonly FileSpec[];
  readonly volumes?: readonly VolumeMount[];
  readonly ports?: readonly PortSpec[];
  readonly networks: readonly NetworkRole[];
  /** @default one like any other */
  readonly role?: ServiceRole;
  /**
   * Who else may reach it. A promise, which the rules hold against its ports and networks.
   * @default nobody
   */
  readonly reachableBy?: readonly Audience[];
  /** Extra aliases per network, besides the short name. */
  readonly aliases?: Readonly<Partial<Record<NetworkRole, readonly string[]>>>;
  /** What has to be true before it starts; what it depends on comes with it. */
  readonly dependsOn?: Readonly<Record<string, Condition>>;
  /** Like `dependsOn`, for what it can do without: counts only when that is there, too. */
  readonly after?: Readonly<Record<string, Condition>>;
  readonly memory: Size;
  /** Numeric "uid:gid". */
  readonly user: string;
  /** Capabilities on top of none, e.g. "CAP_CHOWN". @default [] */
  readonly capabilities?: readonly string[];
  /** Root file system read-only. @default true */
  readonly readOnly?: boolean;
  /** Scratch directories in memory: path to mount options. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** Mounts the Docker engine's socket; only the filtering proxies may. @default false */
  readonly dockerSocket?: boolean;
  readonly stop: {
    readonly signal: "SIGTERM" | "SIGINT" | "SIGQUIT";
    readonly grace: Duration;
  };
}

/** A container that runs until it is told to stop. */
export interface LongRunningSpec extends ContainerSpecBase {
  readonly kind: "service";
  readonly health: HealthCheck;
  /** How long `up` waits for it to become healthy. @default "120s" */
  readonly readyWithin?: Duration;
}

/** A container that runs once to its end; its exit code decides. */
export interface JobSpec extends ContainerSpecBase {
  readonly kind: "job";
  /** How long it may run. @default "120s" */
  readonly finishWithin?: Duration;
}

export type ServiceSpec = LongRunningSpec | JobSpec;
