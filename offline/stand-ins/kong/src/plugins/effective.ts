import type { Plugin } from "../entities/plugin.ts";
import type { PluginKinds } from "./kinds.ts";
import type { BoundPlugin } from "./plugin.ts";

/** Where a plugin has to be set to apply; undefined fields match only plugins that are not set on such a thing. */
interface Place {
  readonly route?: string;
  readonly service?: string;
}

/** The more exactly a plugin names its place, the sooner it is the one of its kind that counts. */
const exactness = (plugin: Plugin): number =>
  (plugin.route === null ? 0 : 2) + (plugin.service === null ? 0 : 1);

/**
 * A plugin that cannot run must not be skipped: what it guards would be open.
 * @throws Error when its kind is off, or its stored configuration does not fit
 */
function bind(plugin: Plugin, kinds: PluginKinds): BoundPlugin {
  const bound = kinds.get(plugin.name)?.bind(plugin.id, plugin.config);
  if (bound === undefined)
    throw new Error(`plugin '${plugin.name}' (${plugin.id}) is in use but not enabled`);
  return bound;
}

/** The plugins that apply at a place: one of each kind, in the order in which they take their turn. */
export function effectivePlugins(
  plugins: readonly Plugin[],
  kinds: PluginKinds,
  place: Place,
): readonly BoundPlugin[] {
  const chosen = new Map<string, Plugin>();
  for (const plugin of plugins) {
    const applies =
      plugin.enabled &&
      (plugin.route === null || plugin.route.id === place.route) &&
      (plugin.service === null || plugin.service.id === place.service);
    const current = chosen.get(plugin.name);
    if (applies && (current === undefined || exactness(plugin) > exactness(current)))
      chosen.set(plugin.name, plugin);
  }
  return [...chosen.values()]
    .map((plugin) => bind(plugin, kinds))
    .toSorted((left, right) => right.priority - left.priority);
}
