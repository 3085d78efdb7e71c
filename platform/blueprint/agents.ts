import { createHash } from "node:crypto";

import type { NasikoError } from "../errors/define-error.ts";
import type { Settings } from "../settings/settings.ts";
import type { ContainerPlan } from "./container-plan.ts";
import { agentNameInvalid, agentNameTaken } from "./errors.ts";
import type { PlannedImage } from "./images.ts";
import { LABEL } from "./labels.ts";
import { containerName } from "./names.ts";

/** The port of the agent contract. */
const AGENT_PORT = 5000;

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
}

/** Names that can be agents: a DNS label that no service of the platform has. All problems at once. */
export function agentNameProblems(
  names: readonly string[],
  services: readonly string[],
): readonly NasikoError[] {
  return names.flatMap((name) => {
    if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) return [agentNameInvalid({ name })];
    return services.includes(name) ? [agentNameTaken({ name })] : [];
  });
}

/**
 * A version of an agent is a container of its own: its name carries the hash of image and container, so that the
 * new one starts beside the old one and nothing is replaced.
 */
export function planAgent(
  name: string,
  folder: string,
  image: PlannedImage,
  settings: Settings,
  gatewayUrl: string,
): PlannedAgent {
  const routeName = `agent-${name}`;
  const url = `${gatewayUrl}agents/${routeName}/`;
  const shape = {
    image: image.reference,
    env: { AGENT_NAME: name, AGENT_PUBLIC_URL: url },
    files: [],
    volumes: [],
    ports: [],
    memoryMegabytes: 256,
    capabilities: [],
    readOnly: false,
    tmpfs: {},
    restart: "unless-stopped",
    stopSignal: "SIGTERM",
    stopGraceSeconds: 15,
    ready: { when: "started" },
  } as const;
  const hash = hashOf(shape);
  const versionName = `${routeName}-${hash.slice(0, 8)}`;
  const container: ContainerPlan = {
    ...shape,
    resourceName: versionName,
    name: containerName(settings.stack, versionName),
    // No alias that two versions share: Docker's DNS would balance onto one that is not ready.
    networks: [{ role: "agents", aliases: [] }],
    labels: {
      [LABEL.stack]: settings.stack,
      [LABEL.agent]: name,
      [LABEL.kind]: "agent",
      [LABEL.hash]: hash,
      [LABEL.port]: String(AGENT_PORT),
      [LABEL.managedBy]: "pulumi",
    },
  };
  return { kind: "agent", name, routeName, folder, image, container, hash, url };
}

function hashOf(shape: unknown): string {
  return createHash("sha256").update(JSON.stringify(shape)).digest("hex").slice(0, 16);
}
