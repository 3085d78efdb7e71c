import type { AuthMode } from "../../../platform/settings/settings.ts";
import type { GatewayTable } from "./gateway-table.ts";

/** Who asks: with no token, an empty one, any word as one, or as somebody who logged in. */
export type Caller = "nobody" | "empty" | "anybody" | "super user" | "user";

export interface Question {
  /** @default "GET" */
  readonly method?: string;
  /** At the gateway; sent exactly as it is written. */
  readonly path: string;
  readonly caller: Caller;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  /** Decoded JSON; undefined where the body is none. */
  readonly body: unknown;
  /** Whether the gateway itself answered, and not a service behind it. */
  readonly atGateway: boolean;
  /** Origin whose pages a browser lets read it. @default none but the gateway's own */
  readonly readableBy?: string;
}

/** A container of the stack, as far as checks look at it. */
export interface Member {
  readonly name: string;
  readonly kind: "service" | "job" | "agent";
  /** Addresses of the host that its ports are published on. */
  readonly published: readonly string[];
  readonly networks: readonly string[];
  readonly mountsDockerSocket: boolean;
  readonly sharesHost: boolean;
  /** Digests by which registries know its image, "sha256:…". */
  readonly digests: readonly string[];
}

/** A published port of a server that is ours. */
export interface Door {
  readonly name: string;
  /** Base of its address, e.g. "http://127.0.0.1:4000/". */
  readonly url: string;
}

/** What a server presents itself with. */
export interface Certificate {
  readonly isAuthority: boolean;
  /** Days from its first to its last. */
  readonly days: number;
}

/** The running stack, as far as checks ask it. Whatever throws is shown as what came. */
export interface CheckContext {
  readonly ask: (question: Question) => Promise<Answer>;
  /** Logs in with the credentials of the stack's output. */
  readonly login: () => Promise<Answer>;
  /** Id of the user that `caller: "user"` is. */
  readonly userId: () => Promise<string>;
  readonly members: () => Promise<readonly Member[]>;
  readonly logOf: (service: string) => Promise<readonly string[]>;
  /** Runs the work while a service is stopped; starts it again and waits for its health, whatever happened. */
  readonly without: <Result>(service: string, work: () => Promise<Result>) => Promise<Result>;
  /** Whether that name can be found from inside an agent. */
  readonly agentFinds: (agent: string, host: string) => Promise<boolean>;
  /** Code of the error with which a mode is refused, or undefined when it is not. */
  readonly refusalOf: (mode: string) => Promise<string | undefined>;
  /** Name of the network on which agents are. */
  readonly agentNetwork: string;
  readonly doors: readonly Door[];
  /** Status with which a server answers to a name. */
  readonly statusAs: (door: Door, name: string) => Promise<number>;
  /** The gateway's; undefined where it speaks no TLS. */
  readonly certificate: () => Promise<Certificate | undefined>;
  /** What others could read of the folder with the state and the passphrase, or could have put there, and why. */
  readonly exposedFiles: () => Promise<readonly string[]>;
  /** What the gateway holds, as its Admin API says. */
  readonly gatewayTable: () => Promise<GatewayTable>;
  /** The digest of images.lock.json, by the member that has to run it; those without one are not in it. */
  readonly pinned: Readonly<Record<string, string>>;
}

/** What came, in words, and whether that is right. */
export interface Finding {
  readonly ok: boolean;
  readonly came: string;
}

/** One question to the running stack. */
export interface Check {
  /** Row of the table of modes, or a letter for isolation. */
  readonly id: string;
  readonly mode: AuthMode | "both";
  readonly asked: string;
  readonly expected: string;
  readonly look: (checked: CheckContext) => Promise<Finding>;
}

/** Checks as data; what they hold is typed by what they are. */
export const defineChecks = (checks: readonly Check[]): readonly Check[] => checks;

/** Those that count in a mode, in their order. */
export const checksFor = (checks: readonly Check[], mode: AuthMode): readonly Check[] =>
  checks.filter((check) => check.mode === "both" || check.mode === mode);
