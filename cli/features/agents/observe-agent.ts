import type { ContainerInfo } from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import type { AgentInBrief, PlannedStack } from "../../stack/observe/planned-stack.ts";
import { registryToken } from "../../stack/observe/registry-token.ts";
import { askServedAgents, servedHash, type ServedAgents } from "../../stack/observe/served-agents.ts";

/** What there is of a stack's agents. */
export interface ObservedAgents {
  /** Containers of agents, newest first. */
  readonly containers: readonly AgentContainer[];
  readonly served: ServedAgents;
}

export interface AgentContainer {
  readonly agent: string;
  /** Name on the engine. */
  readonly name: string;
  /** Reference that it was made from. */
  readonly image: string;
  /** Says which version it is: image and container together. */
  readonly hash: string;
  readonly managedBy: string;
  /** Docker's word, e.g. "running". */
  readonly state: string;
  /** Docker's sentence, e.g. "Restarting (1) 3 seconds ago". */
  readonly status: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** How long the registry may take to answer; where nothing listens, that is known at once. */
const PATIENCE_MS = 10_000;

const NOBODY_KNOWS: ServedAgents = { known: false, problem: "the service registry is not published" };

export async function observeAgents(
  docker: DockerClient,
  { stack, registry }: Pick<PlannedStack, "stack" | "registry">,
): Promise<ObservedAgents> {
  const filter = { labels: [`${LABEL.stack}=${stack}`, `${LABEL.kind}=agent`] };
  const [containers, served] = await Promise.all([
    docker.containers(filter),
    registry === undefined
      ? NOBODY_KNOWS
      : registryToken(docker, stack).then((token) => askServedAgents(registry, PATIENCE_MS, token)),
  ]);
  return { containers: containers.map(agentContainer), served };
}

function agentContainer({ Names, Image, Labels, State, Status, Created }: ContainerInfo): AgentContainer {
  return {
    agent: Labels[LABEL.agent] ?? "",
    name: Names[0]?.replace(/^\//, "") ?? "",
    image: Image,
    hash: Labels[LABEL.hash] ?? "",
    managedBy: Labels[LABEL.managedBy] ?? "",
    state: State,
    status: Status,
    created: Created,
  };
}

/** Whether this very version runs, alone, and is served: then there is nothing to do. */
export function isCurrent(plan: AgentInBrief, { containers, served }: ObservedAgents): boolean {
  const [container, ...others] = containers.filter(({ agent }) => agent === plan.name);
  return (
    others.length === 0 &&
    container?.name === plan.container.name &&
    container.hash === plan.hash &&
    container.managedBy === "pulumi" &&
    container.state === "running" &&
    servedHash(served, plan.name) === plan.hash
  );
}
