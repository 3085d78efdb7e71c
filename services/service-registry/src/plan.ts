import type { Admission } from "./admission.ts";
import { chooseVersion } from "./choose.ts";
import type { AgentContainer } from "./containers.ts";
import { closeUnguarded, placeEntities, removeEntities, type EntityPlan } from "./entity-plan.ts";
import type { GatewayRules } from "./gateway-rules.ts";
import {
  agentOf,
  agentPlugins,
  agentTag,
  cardEntities,
  COLLECTIONS,
  entityId,
  ownerOf,
  wantedEntities,
  type KongState,
} from "./kong-entities.ts";
import { shownCard } from "./shown-card.ts";

/** What to do for one agent. */
export interface AgentPlan extends EntityPlan {
  readonly agent: string;
  /** The container that Kong sends calls to once all calls have succeeded; undefined when there is none. */
  readonly target: AgentContainer | undefined;
}

export interface World {
  readonly rules: GatewayRules;
  /** All containers of agents, newest first. */
  readonly containers: readonly AgentContainer[];
  readonly admissionOf: (id: string) => Admission;
  readonly kong: KongState;
}

/** What has to be written to Kong so that it fits the containers. Empty calls when it does. */
export function planKong(world: World): readonly AgentPlan[] {
  const agents = new Set([...world.containers.map(({ agent }) => agent), ...ownersOf(world)]);
  return [...agents].toSorted().map((agent) => planAgent(agent, world));
}

/** The same while nothing is known about the containers: nothing is opened or removed, but the unguarded is closed. */
export const planBlind = (world: Omit<World, "containers" | "admissionOf">): readonly AgentPlan[] =>
  ownersOf(world).map((agent) => ({ agent, ...closeAgent(agent, world), target: undefined }));

const closeAgent = (
  agent: string,
  { rules, kong }: Omit<World, "containers" | "admissionOf">,
): EntityPlan => ({
  calls: closeUnguarded({ stack: rules.stack, kong, owner: agentTag(agent) }, agentPlugins(rules, agent)),
  problem: undefined,
});

/** Agents of which Kong holds something. */
const ownersOf = ({ rules, kong }: Pick<World, "rules" | "kong">): readonly string[] => {
  const agents = COLLECTIONS.flatMap((collection) => kong[collection])
    .map((entity) => ownerOf(entity, rules.stack))
    .map((owner) => (owner === undefined ? undefined : agentOf(owner)));
  return [...new Set(agents)].filter((agent) => agent !== undefined).toSorted();
};

function planAgent(agent: string, world: World): AgentPlan {
  const { rules, kong } = world;
  const { stack } = rules;
  const ownership = { stack, kong, owner: agentTag(agent) };
  const candidates = world.containers.filter((container) => container.agent === agent);
  if (candidates.length === 0) return { agent, ...removeEntities(ownership), target: undefined };
  const serviceId = entityId(stack, agent, "services");
  const host = kong.services.find(({ id }) => id === serviceId)?.fields["host"];
  const choice = chooseVersion(candidates, world.admissionOf, typeof host === "string" ? host : undefined);
  if (choice.kind === "keep") return { agent, ...closeAgent(agent, world), target: undefined };
  const admission = world.admissionOf(choice.container.id);
  const shown = admission.kind === "admitted" ? admission : undefined;
  const port = shown?.port ?? choice.container.port;
  const card = shown && shownCard(shown, agent, rules.publicUrl);
  const wanted = [
    ...wantedEntities(rules, { ...choice.container, port }),
    ...(card === undefined ? [] : cardEntities(rules, agent, card)),
  ];
  const { calls, problem, blocked } = placeEntities(ownership, wanted);
  return { agent, calls, target: blocked ? undefined : choice.container, problem };
}
