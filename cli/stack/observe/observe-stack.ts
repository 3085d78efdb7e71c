import type { ContainerInspectInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { agentStatusUrl, type Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import { withHealthOfNow } from "./health-of-now.ts";
import { askServedAgents, type ServedAgents } from "./served-agents.ts";
import type { Observed } from "./status.ts";

/** How long the registry may take to answer `status`. */
const REGISTRY_TIMEOUT_MS = 1000;

/** Looks at the stack's containers and asks the registry what it serves. */
export async function observeStack(docker: DockerClient, blueprint: Blueprint): Promise<Observed> {
  const [containers, served] = await Promise.all([
    inspectContainers(docker, blueprint.settings.stack),
    askRegistry(blueprint),
  ]);
  return { containers, served };
}

async function inspectContainers(
  docker: DockerClient,
  stack: string,
): Promise<ReadonlyMap<string, ContainerInspectInfo>> {
  const listed = await docker.containers({ labels: [`${LABEL.stack}=${stack}`] });
  const inspected = await Promise.all(listed.map(({ Id }) => docker.container(Id)));
  const present = inspected.filter((container) => container !== undefined);
  const current = await Promise.all(present.map((container) => withHealthOfNow(docker, container)));
  return new Map(current.map((container) => [container.Name.replace(/^\//, ""), container]));
}

async function askRegistry(blueprint: Blueprint): Promise<ServedAgents> {
  if (blueprint.agents.length === 0) return { known: true, hashes: new Map() };
  return await askServedAgents(agentStatusUrl(blueprint), REGISTRY_TIMEOUT_MS);
}
