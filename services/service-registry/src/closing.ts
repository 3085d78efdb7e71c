import { closeUnguarded, type KongDelete } from "./entity-plan.ts";
import type { GatewayRules } from "./gateway-rules.ts";
import {
  agentOf,
  agentPlugins,
  ownerOf,
  ownTags,
  proxyOf,
  type KongState,
  type Wanted,
} from "./kong-entities.ts";
import { proxyEntities, type PlatformProxy } from "./platform-proxies.ts";

/** A route that has to go. */
export interface Closing {
  /** The tag of whom it belongs to. */
  readonly owner: string;
  readonly call: KongDelete;
}

export interface ClosingRequest {
  readonly rules: GatewayRules;
  readonly kong: KongState;
  readonly proxies: readonly PlatformProxy[];
}

/**
 * Every route of ours that should have a guard and has none, whoever it belongs to. They go before anything else is
 * written: after a switch of the mode all routes are such, and writing the guards of all takes a while. Nothing has to
 * be known about the containers for it.
 */
export function planClosings(request: ClosingRequest): readonly Closing[] {
  const { kong } = request;
  const { stack } = request.rules;
  const owners = new Set(kong.routes.map((route) => ownerOf(route, stack)));
  return [...owners]
    .filter((owner) => owner !== undefined)
    .flatMap((owner) =>
      closeUnguarded({ stack, kong, owner }, pluginsOf(owner, request)).map((call) => ({ owner, call })),
    );
}

/** What the owner's service needs; undefined for a route that nobody wants in this mode. */
function pluginsOf(owner: string, { rules, proxies }: ClosingRequest): readonly Wanted[] | undefined {
  const agent = agentOf(owner);
  if (agent !== undefined) return agentPlugins(rules, agent);
  const proxy = proxies.find(({ name }) => name === proxyOf(owner));
  return proxy && proxyEntities(rules, proxy);
}

/**
 * What keeps everything closed since Kong was started in this mode: it comes from Kong's own start, and goes when no
 * route is open that should have a guard. That of another mode is for the registry of that mode.
 */
export const startClosings = (kong: KongState, { stack, mode }: GatewayRules): readonly KongDelete[] =>
  kong.plugins
    .filter(({ tags }) => [...ownTags(stack), `nasiko-closed-${mode}`].every((tag) => tags.includes(tag)))
    .map(({ id }): KongDelete => ({ method: "DELETE", collection: "plugins", id }));

/** Kong's state without the routes that were closed. */
export function withoutClosed(kong: KongState, closed: readonly Closing[]): KongState {
  const ids = new Set(closed.map(({ call }) => call.id));
  return { ...kong, routes: kong.routes.filter(({ id }) => !ids.has(id)) };
}
