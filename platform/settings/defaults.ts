import { resolveSettings } from "./resolve.ts";
import type { Settings } from "./settings.ts";

/** The settings of a stack for which nobody has set anything; the same on every machine. */
export function defaultSettings(): Settings {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig: {} });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.resolved.settings;
}
