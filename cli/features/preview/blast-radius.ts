import type { Blueprint, PlannedService } from "../../../platform/blueprint/blueprint.ts";
import type { ContainerPlan } from "../../../platform/blueprint/container-plan.ts";
import { REGISTRY_SERVICE } from "../../../platform/services/names.ts";

/** What a change of one container does to others. */
export interface BlastRadius {
  /** The container itself stops and starts again. */
  readonly restarts: boolean;
  /** Seconds that it may be away at most: to stop gently, and to be ready again. 0: not at all. */
  readonly downtimeSecondsAtMost: number;
  /** Who needs it and goes on without it meanwhile; in start order. */
  readonly withoutIt: readonly string[];
  /** Volumes of the container; their data stays. */
  readonly volumes: readonly string[];
}

type Operation = "create" | "update" | "replace" | "delete";

/** Looks up what a step on a container means for the stack; pure, from the blueprint that shall be. */
export function blastRadius(
  blueprint: Blueprint,
  resourceName: string,
  operation: Operation,
): BlastRadius | undefined {
  const services = blueprint.layers.flatMap((layer) => layer.services);
  const service = services.find(({ container }) => container.resourceName === resourceName);
  const agent = blueprint.agents.find(({ container }) => container.resourceName === resourceName);
  const container = service?.container ?? agent?.container;
  if (container === undefined) return undefined;
  const restarts = operation === "replace";
  // A job is not missed while it runs; an agent's new version stands beside the old one.
  const away = restarts && service?.kind === "service";
  return {
    restarts,
    downtimeSecondsAtMost: away ? secondsAway(container) : 0,
    withoutIt: away ? dependents(service, services, blueprint) : [],
    volumes: container.volumes.map(({ volume }) => volume),
  };
}

function secondsAway({ stopGraceSeconds, ready }: ContainerPlan): number {
  return stopGraceSeconds + (ready.when === "started" ? 0 : ready.withinSeconds);
}

function dependents(
  changed: PlannedService,
  services: readonly PlannedService[],
  { agents }: Blueprint,
): readonly string[] {
  const found = new Set([changed.name]);
  // A set hands out members that are added while it is walked, so this reaches everything; through jobs, too: who
  // waits for a job that needs a store needs the store.
  for (const name of found) for (const other of services) if (name in other.dependsOn) found.add(other.name);
  const isGateway = changed.container.ports.some(({ gateway }) => gateway === true);
  const away = isGateway || found.has(REGISTRY_SERVICE) ? agents.map(({ routeName }) => routeName) : [];
  const running = services.filter(({ kind, name }) => kind === "service" && name !== changed.name);
  return [...running.map(({ name }) => name).filter((name) => found.has(name)), ...away];
}
