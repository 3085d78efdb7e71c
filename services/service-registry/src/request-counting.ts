import { placeEntities, type EntityPlan } from "./entity-plan.ts";
import type { GatewayRules } from "./gateway-rules.ts";
import { entityId, ownerOf, ownTags, proxyTag, type KongState, type Wanted } from "./kong-entities.ts";

/** Its name among the routes to services of the platform: it belongs to the gateway as a whole, and to none of them. */
export const REQUEST_COUNTING = "request-counting";
const PLUGIN = "prometheus";

/** One plugin for all routes: what it costs does not grow with the agents, and no route can be left out. */
const plugin = (stack: string): Wanted => ({
  collection: "plugins",
  // A colon, so that no agent's entities can have the same id.
  id: entityId(stack, `proxy:${REQUEST_COUNTING}`, "plugins"),
  fields: {
    name: PLUGIN,
    config: {
      status_code_metrics: true,
      latency_metrics: true,
      bandwidth_metrics: false,
      // Who calls is nothing that everybody on the network of the figures is to read.
      per_consumer: false,
      upstream_health_metrics: false,
    },
    enabled: true,
    tags: [...ownTags(stack), proxyTag(REQUEST_COUNTING)],
  },
});

/** What has to be written to Kong so that it counts requests. */
export function planRequestCounting({ stack }: GatewayRules, kong: KongState): EntityPlan {
  const ownership = { stack, kong, owner: proxyTag(REQUEST_COUNTING) };
  // Kong takes one such plugin of a kind, so ours could not be written beside it.
  const isForeign = kong.plugins.some(
    (entity) =>
      entity.name === PLUGIN &&
      (entity.serviceId ?? entity.routeId) === undefined &&
      ownerOf(entity, stack) !== ownership.owner,
  );
  if (isForeign)
    return {
      calls: [],
      problem: `a plugin ${PLUGIN} that is not ours counts instead; it is left alone`,
    };
  return placeEntities(ownership, [plugin(stack)]);
}
