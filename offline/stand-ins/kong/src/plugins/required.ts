import type { Config } from "../config/config.ts";
import type { RequestMetrics } from "../metrics/request-metrics.ts";
import { enabledKinds, pluginKinds, unknownPlugins, type PluginKinds } from "./kinds.ts";

/** The plugins that a setting turns on. @throws Error when it names one that does not exist here */
export function requirePlugins(
  { plugins: setting, tracing }: Pick<Config, "plugins" | "tracing">,
  metrics?: RequestMetrics,
): PluginKinds {
  const kinds = pluginKinds(Date.now, tracing, metrics);
  const [unknown] = unknownPlugins(kinds, setting);
  if (unknown === undefined) return enabledKinds(kinds, setting);
  const known = [...kinds.keys()].join(", ");
  throw new Error(`plugin '${unknown}' is enabled but not installed; this stand-in has ${known}`);
}
