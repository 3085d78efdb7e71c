import type { Duration, Size } from "../blueprint/units.ts";
import type { AuthMode } from "../settings/settings.ts";

/** Layers of the platform: a service depends on its own layer or on earlier ones, never on a later one. */
export const LAYERS = ["data", "gateway", "app", "observability", "models", "automation"] as const;
export type LayerName = (typeof LAYERS)[number];

/** Groups of services that people switch on and off together. */
export const PROFILES = ["core", "observability", "models", "automation"] as const;
export type Profile = (typeof PROFILES)[number];

/** Networks by role; their names on the engine are the blueprint's business. */
export const NETWORK_ROLES = ["app", "data", "agents"] as const;
export type NetworkRole = (typeof NETWORK_ROLES)[number];

/** Where an image comes from. */
export type ImageRef =
  /** A third-party image, pinned; on a machine that reaches no registry its equivalent in offline/. */
  | { readonly kind: "public"; readonly name: string; readonly tag: string }
  /** One of the platform's own services, from services. */
  | { readonly kind: "platform"; readonly name: string };

export const publicImage = (name: string, tag: string): ImageRef => ({ kind: "public", name, tag });
export const platformImage = (name: string): ImageRef => ({ kind: "platform", name });

/** A secret of the stack, by purpose, e.g. `secret("redis-password")`. */
export interface SecretRef {
  readonly secret: string;
  /** What the settings give in place of the generated value; that stays declared, so that it is there again later. */
  readonly chosen?: string;
}

/**
 * A secret that is generated once per stack and kept.
 * @param chosen counts instead, when the settings give one
 */
export const secret = (purpose: string, chosen?: string): SecretRef =>
  chosen === undefined ? { secret: purpose } : { secret: purpose, chosen };

/** The bytes of a generated secret in the letters that urlsafe base64 has, padded. */
export interface EncodedSecret {
  readonly base64url: SecretRef;
}
export const base64url = (value: SecretRef): EncodedSecret => ({ base64url: value });

/** A text in which secrets may stand: `text` parts are joined with the secrets' values. */
export interface Template {
  readonly parts: readonly (string | SecretRef)[];
}

/** @example text`requirepass ${secret("redis-password")}\n` */
export function text(strings: TemplateStringsArray, ...values: readonly (string | SecretRef)[]): Template {
  const parts = strings.flatMap((literal, index): (string | SecretRef)[] => {
    const value = values[index];
    return value === undefined ? [literal] : [literal, value];
  });
  return { parts: parts.filter((part) => part !== "") };
}

/** A value from the settings that nobody may see, e.g. an API key: a secret in state and plan. */
export interface SensitiveText {
  readonly sensitive: string;
}
export const sensitive = (value: string): SensitiveText => ({ sensitive: value });

/** A secret of one member: HMAC-SHA256 of a message with a secret of the stack as the key, in hex. */
export interface DerivedSecret {
  readonly derivedFrom: SecretRef;
  readonly message: string;
}
export const derived = (from: SecretRef, message: string): DerivedSecret => ({ derivedFrom: from, message });

/** Half of a self-signed certificate that is a function of a generated secret. */
export interface CertificatePart {
  readonly certificateFrom: SecretRef;
  readonly part: "certificate" | "key";
  /** DNS names and IPv4 addresses that it is for. */
  readonly names: readonly string[];
}

export type EnvValue =
  string | SecretRef | EncodedSecret | SensitiveText | DerivedSecret | CertificatePart | Template;

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
}

export const shell = (line: string): HealthCheck => ({ test: ["CMD-SHELL", line] });
export const exec = (program: string, ...args: readonly string[]): HealthCheck => ({
  test: ["CMD", program, ...args],
});

export type Condition = "started" | "healthy" | "completed";

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
