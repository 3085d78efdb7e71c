import type { Admission } from "./admission.ts";
import { chooseVersion } from "./choose.ts";
import type { AgentContainer } from "./containers.ts";
import { placeEntities, removeEntities, type EntityPlan } from "./entity-plan.ts";
import {
  agentOf,
  agentTag,
  COLLECTIONS,
  entityId,
  ownerOf,
  wantedEntities,
  type KongState,
} from "./kong-entities.ts";

/** What to do for one agent. */
export interface AgentPlan extends EntityPlan {
  readonly agent: string;
  /** The container that Kong sends calls to once all calls have succeeded; undefined when there is none. */
  readonly target: AgentContainer | undefined;
}

export interface World {
  readonly stack: string;
  /** All containers of agents, newest first. */
  readonly containers: readonly AgentContainer[];
  readonly admissionOf: (id: string) => Admission;
  readonly kong: KongState;
}

/** What has to be written to Kong so that it fits the containers. Empty calls when it does. */
export function planKong(world: World): readonly AgentPlan[] {
  const owned = COLLECTIONS.flatMap((collection) => world.kong[collection])
    .map((entity) => ownerOf(entity, world.stack))
    .map((owner) => (owner === undefined ? undefined : agentOf(owner)));
  const agents = new Set([...world.containers.map(({ agent }) => agent), ...owned]);
  return [...agents]
    .filter((agent) => agent !== undefined)
    .toSorted()
    .map((agent) => planAgent(agent, world));
}

function planAgent(agent: string, world: World): AgentPlan {
  const { stack, kong } = world;
  const ownership = { stack, kong, owner: agentTag(agent) };
  const candidates = world.containers.filter((container) => container.agent === agent);
  if (candidates.length === 0) return { agent, ...removeEntities(ownership), target: undefined };
  const serviceId = entityId(stack, agent, "services");
  const host = kong.services.find(({ id }) => id === serviceId)?.fields["host"];
  const choice = chooseVersion(candidates, world.admissionOf, typeof host === "string" ? host : undefined);
  if (choice.kind === "keep") return { agent, calls: [], target: undefined, problem: undefined };
  const { calls, problem, blocked } = placeEntities(ownership, wantedEntities(stack, choice.container));
  return { agent, calls, target: blocked ? undefined : choice.container, problem };
}
