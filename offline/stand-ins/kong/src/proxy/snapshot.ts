import type { Entities } from "../entities/entities.ts";
import type { Route } from "../entities/route.ts";
import type { Service } from "../entities/service.ts";
import { effectivePlugins } from "../plugins/effective.ts";
import type { PluginKinds } from "../plugins/kinds.ts";
import type { BoundPlugin } from "../plugins/plugin.ts";
import { buildIdentities, type Identities } from "../entities/identities.ts";
import { buildRouter, type Router } from "./router.ts";

/** A route with all that its requests need. */
export interface ProxyTarget {
  readonly route: Route;
  readonly service: Service | null;
  readonly plugins: readonly BoundPlugin[];
}

/** What the proxy works from: made once per change, never changed. */
export interface Snapshot {
  readonly router: Router<ProxyTarget>;
  readonly services: readonly Service[];
  readonly targets: readonly ProxyTarget[];
  /** Plugins set on everything: they also see responses to requests that match no route. */
  readonly globalPlugins: readonly BoundPlugin[];
  readonly identities: Identities;
}

export function buildSnapshot(entities: Entities, kinds: PluginKinds): Snapshot {
  const { services, routes, plugins } = entities;
  const byId = new Map(services.map((service) => [service.id, service]));
  const targets = routes.flatMap((route): ProxyTarget[] => {
    const service = route.service === null ? null : (byId.get(route.service.id) ?? null);
    if (service?.enabled === false) return [];
    const place = service === null ? { route: route.id } : { route: route.id, service: service.id };
    return [{ route, service, plugins: effectivePlugins(plugins, kinds, place) }];
  });
  return {
    router: buildRouter(targets, ({ route }) => route),
    services,
    targets,
    globalPlugins: effectivePlugins(plugins, kinds, {}),
    identities: buildIdentities(entities),
  };
}
