import type { Traits } from "./traits.ts";

/**
 * What rules look at: a stack's containers, networks and volumes as plain data, whether they are planned (blueprint),
 * declared (properties of `docker.Container`) or running (`docker inspect`). Names are those of `docker.Container`.
 */
export interface StackFacts {
  readonly containers: readonly ContainerFacts[];
  readonly networks: readonly NetworkFacts[];
  readonly volumes: readonly VolumeFacts[];
  /** Name of the stack that all of it is to belong to; undefined when nobody said. */
  readonly stack?: string;
  /** Memory of the engine's machine; undefined when nobody asked the engine. */
  readonly engineMegabytes?: number;
}

export interface NetworkFacts {
  /** Name on the engine. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined: the engine's default, a bridge. */
  readonly driver?: string;
}

export interface VolumeFacts {
  /** Name on the engine. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined: the engine's default, a folder of its own. */
  readonly driver?: string;
  /** What the driver is told, e.g. which folder of the machine to use instead. @default nothing */
  readonly driverOptions?: Readonly<Record<string, string>>;
  /** Deleted only when somebody insists; undefined for one that is looked at on the engine, which does not know. */
  readonly protect?: boolean;
}

export interface ContainerFacts extends Traits {
  /** Short name: of the service or job, "agent <name>" for an agent, else the name on the engine. */
  readonly name: string;
  readonly kind: "service" | "job" | "agent" | "other";
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly privileged: boolean;
  /** Without the prefix "CAP_". */
  readonly capabilities: { readonly adds: readonly string[]; readonly drops: readonly string[] };
  readonly securityOpts: readonly string[];
  readonly hostMounts: readonly HostMount[];
  readonly volumes: readonly { readonly name: string; readonly readOnly: boolean }[];
  /** The root file system cannot be written to. */
  readonly readOnly: boolean;
  /** Undefined: the image's own, which nobody has looked at. */
  readonly user?: string;
  /** Modes of namespaces that are not the container's own, e.g. `{ pid: "host" }`. */
  readonly namespaces: Readonly<Partial<Record<Namespace, string>>>;
  /** Names on the engine. */
  readonly networks: readonly string[];
  readonly publishAllPorts: boolean;
  readonly ports: readonly PortFacts[];
  readonly memoryMegabytes?: number;
  /** Memory and swap together, as Docker counts. */
  readonly memorySwapMegabytes?: number;
  /** CPU is limited or weighted. */
  readonly cpuBounded: boolean;
  readonly pidsLimit?: number;
  /** Names of limits that are set, e.g. "nofile". */
  readonly ulimits: readonly string[];
  readonly health?: HealthFacts;
  readonly restart: string;
  readonly maxRetryCount?: number;
  readonly stopSignal?: string;
  readonly stopGraceSeconds?: number;
  readonly init: boolean;
  readonly log: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly env: readonly EnvFact[];
  /** What else it is given of the machine and of others: devices, GPUs, kernel settings, volumes of a container. */
  readonly grants: readonly string[];
  /** How `up` waits for it; undefined for one that runs already. */
  readonly waiting?: WaitingFacts;
}

export type Namespace = "network" | "pid" | "ipc" | "uts" | "userns" | "cgroup";

export interface HostMount {
  readonly path: string;
  readonly readOnly: boolean;
  readonly propagation?: string;
}

export interface PortFacts {
  readonly internal: number;
  /** Undefined: the engine chooses one. */
  readonly external?: number;
  readonly ip: string;
}

export interface HealthFacts {
  readonly test: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly startPeriodSeconds: number;
  /** 0: not set. */
  readonly startIntervalSeconds: number;
  readonly retries: number;
}

export interface EnvFact {
  readonly name: string;
  /** The plan hides it; undefined for a running container, where nobody can tell any more. */
  readonly secret?: boolean;
  /** As far as it is known: a generated secret's is not. */
  readonly value?: string;
}

export interface WaitingFacts {
  /** Waits for health, at most this long. */
  readonly healthySeconds?: number;
  /** Waits for its end. */
  readonly attach: boolean;
  readonly mustRun: boolean;
}
