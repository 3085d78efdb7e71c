import type { ContainerInspectInfo } from "dockerode";

import { isStandIn } from "../../../platform/images/substitute.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import type { Substitute } from "../../../platform/images/substitute.ts";
import type { AgentInBrief, ContainerInBrief, PlannedStack, ServiceInBrief } from "./planned-stack.ts";
import type { RequestFigures } from "./request-figures.ts";
import { servedHash, type ServedAgents } from "./served-agents.ts";

/** How a container stands, in one word that people know. */
export type State =
  "healthy" | "starting" | "unhealthy" | "running" | "restarting" | "paused" | "exited" | "missing" | "done";

/** One row of the status. */
export interface MemberStatus {
  readonly kind: "service" | "job" | "agent";
  readonly name: string;
  readonly container: string;
  readonly state: State;
  /** It is what it shall be: healthy, ended with exit code 0, or served by the gateway. */
  readonly ok: boolean;
  /** What is wrong, for people. */
  readonly problem?: string;
  /** Its image is another program than its name says. */
  readonly standIn: boolean;
  /** What runs in place of the public image. @default what its name and tag say */
  readonly substitute?: Substitute;
  readonly image: string;
  /** Host ports. */
  readonly ports: readonly number[];
  readonly restarts: number;
  readonly startedAt?: string;
  /** Hash of its image's content, as the container's label says. */
  readonly hash?: string;
  /** How the container differs from what `up` would make. */
  readonly drift?: string;
  /** Of an agent, where they are known: of one that was asked anything, in a stack with Prometheus. */
  readonly requests?: RequestFigures;
}

/** What was seen on the engine. */
export interface Observed {
  /** By container name; with health as it is now, also where Docker still says "starting". */
  readonly containers: ReadonlyMap<string, ContainerInspectInfo>;
  readonly served: ServedAgents;
  /** By agent. @default nothing is known of any */
  readonly figures?: ReadonlyMap<string, RequestFigures>;
}

/** Holds the blueprint against the engine: every member that there shall be, in start order. */
export function statusOf(
  { layers, agents }: Pick<PlannedStack, "layers" | "agents">,
  observed: Observed,
): readonly MemberStatus[] {
  const services = layers
    .flatMap((layer) => layer.services)
    .map((service) => serviceStatus(service, observed.containers.get(service.container.name)));
  return [...services, ...agents.map((agent) => agentStatus(agent, observed))];
}

function serviceStatus(service: ServiceInBrief, container: ContainerInspectInfo | undefined): MemberStatus {
  const state = stateOf(container, service.kind);
  const ok = service.kind === "job" ? state === "done" : state === "healthy";
  return {
    kind: service.kind,
    name: service.name,
    container: service.container.name,
    state,
    ok,
    ...(ok ? {} : { problem: problemOf(state, container) }),
    standIn: isStandIn(service.image),
    ...(service.image.substitute === undefined ? {} : { substitute: service.image.substitute }),
    image: service.image.reference,
    ports: service.container.ports.map(({ host }) => host),
    ...lifeOf(container, service.container),
  };
}

function agentStatus(agent: AgentInBrief, { containers, served, figures }: Observed): MemberStatus {
  const container = containers.get(agent.container.name);
  const state = stateOf(container, "agent");
  const isServed = servedHash(served, agent.name) === agent.hash;
  const requests = figures?.get(agent.name);
  const running = state === "healthy" || state === "running" || state === "starting";
  return {
    kind: "agent",
    name: agent.name,
    container: agent.container.name,
    state,
    ok: isServed && running,
    ...(isServed && running ? {} : { problem: agentProblem(running, state, served, container) }),
    standIn: false,
    image: agent.image.reference,
    ports: [],
    ...lifeOf(container, agent.container),
    ...(requests === undefined ? {} : { requests }),
  };
}

function agentProblem(
  running: boolean,
  state: State,
  served: ServedAgents,
  container: ContainerInspectInfo | undefined,
): string {
  if (!running) return problemOf(state, container);
  return served.known ? "the gateway does not serve this version" : served.problem;
}

function stateOf(container: ContainerInspectInfo | undefined, kind: MemberStatus["kind"]): State {
  if (container === undefined) return "missing";
  const { State: state } = container;
  if (state.Restarting) return "restarting";
  if (state.Paused) return "paused";
  if (!state.Running)
    return kind === "job" && state.Status === "exited" && state.ExitCode === 0 ? "done" : "exited";
  const health = state.Health?.Status;
  return health === "healthy" || health === "unhealthy" || health === "starting" ? health : "running";
}

function problemOf(state: State, container: ContainerInspectInfo | undefined): string {
  if (container === undefined) return "there is no container";
  const { OOMKilled, ExitCode, Health } = container.State;
  if (state === "exited" || state === "restarting") {
    return OOMKilled ? "killed: out of memory" : `ended with exit code ${ExitCode}`;
  }
  if (state === "unhealthy" || state === "starting") {
    return Health?.Log.at(-1)?.Output.trim().slice(0, 200) ?? "its health check did not pass yet";
  }
  return state;
}

function lifeOf(
  container: ContainerInspectInfo | undefined,
  plan: ContainerInBrief,
): Pick<MemberStatus, "restarts" | "startedAt" | "hash" | "drift"> {
  if (container === undefined) return { restarts: 0 };
  // Null for a container without labels, whatever the types say.
  const labels = container.Config.Labels as Readonly<Record<string, string>> | null;
  const hash = labels?.[LABEL.hash];
  const drift = driftOf(container, plan);
  return {
    restarts: container.RestartCount,
    startedAt: container.State.StartedAt,
    ...(hash === undefined ? {} : { hash }),
    ...(drift === undefined ? {} : { drift }),
  };
}

/** What somebody changed by hand, or what the checkout has that the container has not; `up` brings both together. */
function driftOf({ Config, HostConfig }: ContainerInspectInfo, plan: ContainerInBrief): string | undefined {
  const differences = [
    ...(Config.Image === plan.image ? [] : [`runs ${Config.Image}`]),
    ...(sameMemory(HostConfig.Memory, plan.memoryMegabytes) ? [] : ["another memory limit"]),
  ];
  return differences.length === 0 ? undefined : `differs from the blueprint: ${differences.join(", ")}`;
}

const sameMemory = (bytes: number | undefined, megabytes: number): boolean =>
  bytes === undefined || bytes === megabytes * 2 ** 20;
