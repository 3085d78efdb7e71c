import type { GatewayRules } from "./gateway-rules.ts";
import { placeEntities, removeEntities, type EntityPlan } from "./entity-plan.ts";
import { COLLECTIONS, ownerOf, proxyOf, proxyTag, type KongState } from "./kong-entities.ts";
import { planRequestCounting, REQUEST_COUNTING } from "./request-counting.ts";
import { proxyEntities, type PlatformProxy } from "./platform-proxies.ts";

/** What to do for one route to a service of the platform. */
export interface ProxyPlan extends EntityPlan {
  readonly proxy: string;
}

/** What has to be written to Kong so that it holds these routes, and none that was wanted earlier. */
export function planProxies(
  proxies: readonly PlatformProxy[],
  { rules, kong }: { readonly rules: GatewayRules; readonly kong: KongState },
): readonly ProxyPlan[] {
  const { stack, countsRequests = false } = rules;
  const held = COLLECTIONS.flatMap((collection) => kong[collection])
    .map((entity) => ownerOf(entity, stack))
    .map((owner) => (owner === undefined ? undefined : proxyOf(owner)));
  const wanted = new Set([...proxies.map(({ name }) => name), ...(countsRequests ? [REQUEST_COUNTING] : [])]);
  const removals = [...new Set(held)]
    .filter((proxy) => proxy !== undefined)
    .filter((proxy) => !wanted.has(proxy))
    .map((proxy) => ({ proxy, ...removeEntities({ stack, kong, owner: proxyTag(proxy) }) }));
  // What keeps agents out has to be known before anything that is not for them is opened.
  const known = proxies.filter(
    ({ agents, ends }) => agents === "may" || ends !== undefined || rules.agentAddresses !== undefined,
  );
  const placements = known.map((proxy) => {
    const ownership = { stack, kong, owner: proxyTag(proxy.name) };
    const { calls, problem } = placeEntities(ownership, proxyEntities(rules, proxy));
    return { proxy: proxy.name, calls, problem };
  });
  // What goes first makes room for what comes.
  return [
    ...removals,
    ...placements,
    ...(countsRequests ? [{ proxy: REQUEST_COUNTING, ...planRequestCounting(rules, kong) }] : []),
  ];
}
