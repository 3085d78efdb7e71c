import { enabledKinds, pluginKinds, unknownPlugins, type PluginKinds } from "./kinds.ts";

/** The plugins that a setting turns on. @throws Error when it names one that does not exist here */
export function requirePlugins(setting: readonly string[]): PluginKinds {
  const kinds = pluginKinds(Date.now);
  const [unknown] = unknownPlugins(kinds, setting);
  if (unknown === undefined) return enabledKinds(kinds, setting);
  const known = [...kinds.keys()].join(", ");
  throw new Error(`plugin '${unknown}' is enabled but not installed; this stand-in has ${known}`);
}
