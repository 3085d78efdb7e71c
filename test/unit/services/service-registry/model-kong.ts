import type {
  Collection,
  KongEntity,
  KongState,
} from "../../../../services/service-registry/src/kong-entities.ts";
import type { KongCall } from "../../../../services/service-registry/src/entity-plan.ts";

/** What Kong keeps, and the rules by which it changes. */
export const emptyKong: KongState = { services: [], plugins: [], routes: [] };

export function entity(fields: Readonly<Record<string, unknown>>): KongEntity {
  const id = (value: unknown): string | undefined => (value as { id?: string } | undefined)?.id;
  return {
    id: fields["id"] as string,
    name: fields["name"] as string | undefined,
    tags: (fields["tags"] as readonly string[] | undefined) ?? [],
    serviceId: id(fields["service"]),
    routeId: id(fields["route"]),
    fields,
  };
}

/**
 * Kong after a call.
 * @throws Error where Kong refuses: a name that is taken, a reference to nothing, a service that still has routes
 */
export function applyCall(kong: KongState, call: KongCall): KongState {
  return call.method === "PUT"
    ? put(kong, call.collection, call.id, call.body)
    : remove(kong, call.collection, call.id);
}

function put(
  kong: KongState,
  collection: Collection,
  id: string,
  body: Readonly<Record<string, unknown>>,
): KongState {
  const written = entity({ ...body, id });
  const others = kong[collection].filter((other) => other.id !== id);
  if (collection !== "plugins" && others.some(({ name }) => name === written.name))
    throw new Error(`409 unique constraint: ${written.name ?? ""}`);
  if (written.serviceId !== undefined && !kong.services.some((service) => service.id === written.serviceId))
    throw new Error(`400 no such service: ${written.serviceId}`);
  return { ...kong, [collection]: [...others, written] };
}

function remove(kong: KongState, collection: Collection, id: string): KongState {
  if (collection === "services" && kong.routes.some(({ serviceId }) => serviceId === id))
    throw new Error("400 the service still has routes");
  return {
    ...kong,
    [collection]: kong[collection].filter((other) => other.id !== id),
    ...(collection === "plugins"
      ? {}
      : { plugins: kong.plugins.filter(({ serviceId, routeId }) => serviceId !== id && routeId !== id) }),
  };
}
