import { isObject } from "../../lib/json.ts";
import { ownerOf, type Collection, type KongEntity, type KongState, type Wanted } from "./kong-entities.ts";

/** One write to Kong's Admin API. */
export type KongCall =
  | {
      readonly method: "PUT";
      readonly collection: Collection;
      readonly id: string;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | KongDelete;

export interface KongDelete {
  readonly method: "DELETE";
  readonly collection: Collection;
  readonly id: string;
}

/** What brings one owner's entities in step. */
export interface EntityPlan {
  /** In this order; when one fails, the rest must not be tried. */
  readonly calls: readonly KongCall[];
  /** Why something that should be done is not. */
  readonly problem: string | undefined;
}

/** One owner of entities among all that Kong holds. */
export interface Ownership {
  readonly stack: string;
  /** The tag that all entities of this owner carry. */
  readonly owner: string;
  readonly kong: KongState;
}

export type Placement = EntityPlan & {
  /** Whether a foreign entity stands in the way, so that nothing can be done. */
  readonly blocked: boolean;
};

/**
 * What has to be written so that Kong holds exactly this of the owner. Empty calls when it does. While a guard is
 * missing or not as it should be, the route goes first and comes back last: if the guard cannot be set, nothing is
 * left open.
 */
export function placeEntities(ownership: Ownership, wanted: readonly Wanted[]): Placement {
  const taken = wanted.map((entity) => foreignHolder(entity, ownership)).find((text) => text !== undefined);
  if (taken !== undefined) return { calls: [], problem: taken, blocked: true };
  const orphans = removeEntities(ownership, new Set(wanted.map(({ id }) => id)));
  const isMissing = (entity: Wanted): boolean => !isInPlace(entity, ownership.kong);
  const isOpen = wanted.some((entity) => entity.guards === true && isMissing(entity));
  const closed = isOpen ? wanted.filter(({ collection }) => collection === "routes") : [];
  const closing = closed
    .filter(({ id }) => ownership.kong.routes.some((route) => route.id === id))
    .map(({ collection, id }): KongCall => ({ method: "DELETE", collection, id }));
  const writes = wanted
    .filter((entity) => isMissing(entity) || closed.includes(entity))
    .map(({ collection, id, fields }): KongCall => ({ method: "PUT", collection, id, body: fields }));
  return { calls: [...closing, ...orphans.calls, ...writes], problem: orphans.problem, blocked: false };
}

/**
 * The owner's routes, to be deleted while a guard is missing or not as it should be; everything else stays.
 * @param plugins what has to stand before them; undefined when nobody wants these routes
 */
export function closeUnguarded(
  { kong, stack, owner }: Ownership,
  plugins: readonly Wanted[] | undefined,
): readonly KongDelete[] {
  const isOpen = plugins?.some((entity) => entity.guards === true && !isInPlace(entity, kong)) ?? true;
  const routes = isOpen ? kong.routes.filter((route) => ownerOf(route, stack) === owner) : [];
  return routes.map(({ id }): KongDelete => ({ method: "DELETE", collection: "routes", id }));
}

/** Removes what is the owner's and not kept: routes first, so that nothing is reachable half taken down. */
export function removeEntities(
  { kong, stack, owner }: Ownership,
  kept: ReadonlySet<string> = new Set(),
): EntityPlan {
  const ours = (entity: KongEntity): boolean => ownerOf(entity, stack) === owner;
  const isOrphan = (entity: KongEntity): boolean => ours(entity) && !kept.has(entity.id);
  const orphanedServices = new Set(kong.services.filter(isOrphan).map(({ id }) => id));
  // What belongs to a service that goes has to go first, even if it is written again afterwards.
  const isOfOrphan = (entity: KongEntity): boolean =>
    ours(entity) && entity.serviceId !== undefined && orphanedServices.has(entity.serviceId);
  const doomed = (["routes", "plugins", "services"] as const).flatMap((collection) =>
    kong[collection]
      .filter((entity) => isOrphan(entity) || isOfOrphan(entity))
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
function foreignHolder(
  { collection, id, fields }: Wanted,
  { kong, stack, owner }: Ownership,
): string | undefined {
  const holder = kong[collection].find(
    (entity) =>
      (entity.id === id || (collection !== "plugins" && entity.name === fields["name"])) &&
      ownerOf(entity, stack) !== owner,
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
