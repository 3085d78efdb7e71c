import type { ContainerInfo, ContainerInspectInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import { withHealthOfNow } from "./health-of-now.ts";
import type { PlannedStack } from "./planned-stack.ts";
import { registryToken } from "./registry-token.ts";
import { askServedAgents, type ServedAgents } from "./served-agents.ts";
import type { Observed } from "./status.ts";

/** How long the registry may take to answer `status`. */
const REGISTRY_TIMEOUT_MS = 1000;

/** What a stack without agents has to be asked for. */
const NONE: ServedAgents = { known: true, hashes: new Map() };

/**
 * Looks at the stack's containers and asks the registry what it serves.
 * @param listed its containers @default they are listed first
 */
export async function observeStack(
  docker: DockerClient,
  { stack, registry, agents }: Pick<PlannedStack, "stack" | "registry" | "agents">,
  listed: Promise<readonly ContainerInfo[]> = docker.containers({ labels: [`${LABEL.stack}=${stack}`] }),
): Promise<Observed> {
  const [containers, served] = await Promise.all([
    listed.then((infos) => inspectContainers(docker, infos)),
    agents.length === 0 || registry === undefined
      ? NONE
      : registryToken(docker, stack).then((token) => askServedAgents(registry, REGISTRY_TIMEOUT_MS, token)),
  ]);
  return { containers, served };
}

async function inspectContainers(
  docker: DockerClient,
  listed: readonly ContainerInfo[],
): Promise<ReadonlyMap<string, ContainerInspectInfo>> {
  const inspected = await Promise.all(listed.map(({ Id }) => docker.container(Id)));
  const present = inspected.filter((container) => container !== undefined);
  const current = await Promise.all(present.map((container) => withHealthOfNow(docker, container)));
  return new Map(current.map((container) => [container.Name.replace(/^\//, ""), container]));
}
