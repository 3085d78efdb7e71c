import { createHmac } from "node:crypto";
import { mountBody, type TelemetryMount } from "../../lib/telemetry-mount.ts";

/** One version of an agent as a container, and what it is called. */
export interface AgentContainer {
  /** Unique: versions stand side by side. */
  readonly name: string;
  /** Says which version it is, image and container together: what the service registry reports as served. */
  readonly hash: string;
  /** Body of `POST /containers/create`. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ContainerOptions {
  readonly stack: string;
  readonly agent: string;
  /** Reference of the image. */
  readonly image: string;
  readonly env: readonly string[];
  /** @default that of the image */
  readonly command?: readonly string[] | undefined;
  readonly network: string;
  /** The one volume that it has. @default none */
  readonly mount?: TelemetryMount | undefined;
  /** Bytes. */
  readonly memory: number;
  /** Processors that it may use, e.g. 0.5. */
  readonly cpus: number;
  /** Where it takes calls, see {@link contactLabels}. */
  readonly contact: Readonly<Record<string, string>>;
  /** Secret of the stack. The hash is told to everybody, and covers secrets of the agent. */
  readonly hashKey: string;
}

const STOP_SECONDS = 15;
/** Docker's default is 1024: when processors are short, the platform goes before its agents. */
const CPU_SHARES = 512;

export function planContainer(options: ContainerOptions): AgentContainer {
  const { stack, agent, image, env, command, network, mount, memory, cpus, contact, hashKey } = options;
  const shape = {
    Image: image,
    Env: env,
    ...(command === undefined ? {} : { Cmd: command }),
    StopTimeout: STOP_SECONDS,
    HostConfig: {
      NetworkMode: network,
      Memory: memory,
      MemorySwap: memory,
      CpuShares: CPU_SHARES,
      NanoCpus: Math.round(cpus * 1e9),
      PidsLimit: 256,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      RestartPolicy: { Name: "unless-stopped" },
      ...(mount === undefined ? {} : { Mounts: [mountBody(mount)] }),
    },
  };
  const digest = createHmac("sha256", `hash ${hashKey}`)
    .update(JSON.stringify({ ...shape, contact }))
    .digest("hex")
    .slice(0, 16);
  return {
    name: `nasiko-${stack}-agent-${agent}-${digest.slice(0, 8)}`,
    hash: digest,
    body: {
      ...shape,
      Labels: {
        "nasiko.stack": stack,
        "nasiko.agent": agent,
        "nasiko.kind": "agent",
        "nasiko.hash": digest,
        ...contact,
        "nasiko.managed-by": "worker",
      },
    },
  };
}
