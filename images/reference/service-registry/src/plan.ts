import type { Admission } from "./admission.ts";
import { chooseVersion } from "./choose.ts";
import type { AgentContainer } from "./containers.ts";
import { isObject } from "./json.ts";
import {
  COLLECTIONS,
  entityId,
  ownerOf,
  wantedEntities,
  type Collection,
  type KongEntity,
  type KongState,
  type Wanted,
} from "./kong-entities.ts";

/** One write to Kong's Admin API. */
export type KongCall =
  | {
      readonly method: "PUT";
      readonly collection: Collection;
      readonly id: string;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly method: "DELETE"; readonly collection: Collection; readonly id: string };

/** What to do for one agent. */
export interface AgentPlan {
  readonly agent: string;
  /** In this order; when one fails, the rest must not be tried. */
  readonly calls: readonly KongCall[];
  /** The container that Kong sends calls to once all calls have succeeded; undefined when there is none. */
  readonly target: AgentContainer | undefined;
  /** Why something that should be done is not. */
  readonly problem: string | undefined;
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
  const owned = COLLECTIONS.flatMap((collection) => world.kong[collection]).map((entity) =>
    ownerOf(entity, world.stack),
  );
  const agents = new Set([...world.containers.map(({ agent }) => agent), ...owned]);
  return [...agents]
    .filter((agent) => agent !== undefined)
    .toSorted()
    .map((agent) => planAgent(agent, world));
}

function planAgent(agent: string, world: World): AgentPlan {
  const candidates = world.containers.filter((container) => container.agent === agent);
  if (candidates.length === 0) return removal(agent, world);
  const serviceId = entityId(world.stack, agent, "services");
  const host = world.kong.services.find(({ id }) => id === serviceId)?.fields["host"];
  const choice = chooseVersion(candidates, world.admissionOf, typeof host === "string" ? host : undefined);
  if (choice.kind === "keep") return { agent, calls: [], target: undefined, problem: undefined };
  return service(agent, choice.container, world);
}

function service(agent: string, container: AgentContainer, world: World): AgentPlan {
  const wanted = wantedEntities(world.stack, container);
  const taken = wanted
    .map((entity) => foreignHolder(entity, agent, world))
    .find((text) => text !== undefined);
  if (taken !== undefined) return { agent, calls: [], target: undefined, problem: taken };
  const strays = deletions(agent, world, new Set(wanted.map(({ id }) => id)));
  const writes = wanted
    .filter((entity) => !isInPlace(entity, world.kong))
    .map(({ collection, id, fields }): KongCall => ({ method: "PUT", collection, id, body: fields }));
  return { agent, calls: [...strays.calls, ...writes], target: container, problem: strays.problem };
}

function removal(agent: string, world: World): AgentPlan {
  return { agent, ...deletions(agent, world, new Set()), target: undefined };
}

/** Removes what is ours and not kept: routes first, so that nothing is reachable half taken down. */
function deletions(
  agent: string,
  { kong, stack }: World,
  kept: ReadonlySet<string>,
): Pick<AgentPlan, "calls" | "problem"> {
  const ours = (entity: KongEntity): boolean => ownerOf(entity, stack) === agent;
  const stray = (entity: KongEntity): boolean => ours(entity) && !kept.has(entity.id);
  const strayServices = new Set(kong.services.filter(stray).map(({ id }) => id));
  // What belongs to a service that goes has to go first, even if it is written again afterwards.
  const homeless = (entity: KongEntity): boolean =>
    ours(entity) && entity.serviceId !== undefined && strayServices.has(entity.serviceId);
  const doomed = (["routes", "plugins", "services"] as const).flatMap((collection) =>
    kong[collection]
      .filter((entity) => stray(entity) || homeless(entity))
      .map(({ id, serviceId }) => ({ collection, id, serviceId })),
  );
  // Kong deletes what hangs on an entity together with it, or refuses: either way a foreign one would be touched.
  const held = new Set(
    [...kong.routes, ...kong.plugins]
      .filter((entity) => !ours(entity))
      .flatMap(({ serviceId, routeId }) => [serviceId, routeId]),
  );
  const blocked = doomed.filter(({ id }) => held.has(id));
  const neededByBlocked = new Set(blocked.map(({ serviceId }) => serviceId));
  return {
    calls: doomed
      .filter(({ id }) => !held.has(id) && !neededByBlocked.has(id))
      .map(({ collection, id }): KongCall => ({ method: "DELETE", collection, id })),
    problem: blocked.length === 0 ? undefined : heldInPlace(blocked),
  };
}

const heldInPlace = (entries: readonly { readonly collection: Collection; readonly id: string }[]): string =>
  `left in place, because something that is not ours hangs on it: ${entries
    .map(({ collection, id }) => `${collection}/${id}`)
    .join(", ")}`;

/** Says who holds a name or id that we need, when it is not us. */
function foreignHolder({ collection, id, fields }: Wanted, agent: string, world: World): string | undefined {
  const holder = world.kong[collection].find(
    (entity) =>
      (entity.id === id || (collection !== "plugins" && entity.name === fields["name"])) &&
      ownerOf(entity, world.stack) !== agent,
  );
  if (holder === undefined) return undefined;
  return `${collection}/${holder.name ?? holder.id} exists in Kong and is not ours; it is left alone`;
}

function isInPlace({ collection, id, fields }: Wanted, kong: KongState): boolean {
  const found = kong[collection].find((entity) => entity.id === id);
  return found !== undefined && contains(found.fields, fields);
}

/** Whether `actual` says everything that `wanted` says. Lists are sets: Kong does not promise their order. */
function contains(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual) || actual.length !== wanted.length) return false;
    const items: readonly unknown[] = actual;
    return wanted.every((item) => items.includes(item));
  }
  if (isObject(wanted)) {
    return isObject(actual) && Object.entries(wanted).every(([key, value]) => contains(actual[key], value));
  }
  return actual === wanted;
}
