import type { PlannedAgent } from "../../../platform/blueprint/agents.ts";
import {
  agentStatusUrl,
  type Blueprint,
  figuresUrl,
  type PlannedService,
  type PlannedUrl,
} from "../../../platform/blueprint/blueprint.ts";
import type { ContainerPlan } from "../../../platform/blueprint/container-plan.ts";
import type { PlannedImage } from "../../../platform/blueprint/images.ts";
import type { AgentDecisions } from "../config/agent-decisions.ts";

/** As much of a blueprint as is held against the engine: plain data without secrets. */
export interface PlannedStack {
  readonly stack: string;
  readonly layers: readonly { readonly services: readonly ServiceInBrief[] }[];
  readonly agents: readonly AgentInBrief[];
  readonly urls: readonly Pick<PlannedUrl, "label" | "url">[];
  /** Where the service registry says which agents are served; undefined where it is not published. */
  readonly registry: string | undefined;
  /** Where Prometheus answers what requests are like; undefined where there is none, or it is not published. */
  readonly figures: string | undefined;
}

export interface ServiceInBrief extends Pick<PlannedService, "kind" | "name"> {
  readonly image: Pick<PlannedImage, "reference" | "substitute">;
  readonly container: ContainerInBrief & { readonly ports: readonly { readonly host: number }[] };
}

export interface AgentInBrief extends Pick<PlannedAgent, "name" | "hash" | "url"> {
  readonly image: Pick<PlannedImage, "reference" | "shortHash">;
  readonly container: ContainerInBrief;
}

export type ContainerInBrief = Pick<ContainerPlan, "name" | "image" | "memoryMegabytes">;

/** What a stack shall have, who decided it, and what its state says of it. */
export interface KnownStack {
  readonly decisions: AgentDecisions;
  readonly plan: PlannedStack;
  /** Services, jobs and agents that it was last told to have; undefined when there is no stack yet. */
  readonly members: readonly string[] | undefined;
  /** Ids of everything that the state holds on the engine. */
  readonly ids: readonly string[];
}

/** What of a blueprint is held against the engine. */
export const plannedStack = (blueprint: Blueprint): PlannedStack => ({
  stack: blueprint.settings.stack,
  layers: blueprint.layers.map(({ services }) => ({
    services: services.map(({ kind, name, image, container }) => ({
      kind,
      name,
      image: {
        reference: image.reference,
        ...(image.substitute === undefined ? {} : { substitute: image.substitute }),
      },
      container: { ...containerInBrief(container), ports: container.ports.map(({ host }) => ({ host })) },
    })),
  })),
  agents: blueprint.agents.map(({ name, hash, url, image, container }) => ({
    name,
    hash,
    url,
    image: { reference: image.reference, shortHash: image.shortHash },
    container: containerInBrief(container),
  })),
  urls: blueprint.urls.map(({ label, url }) => ({ label, url })),
  registry: agentStatusUrl(blueprint),
  figures: figuresUrl(blueprint),
});

const containerInBrief = ({ name, image, memoryMegabytes }: ContainerPlan): ContainerInBrief => ({
  name,
  image,
  memoryMegabytes,
});
