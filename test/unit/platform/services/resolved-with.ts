import { type ResolvedSettings, resolveSettings } from "../../../../platform/settings/resolve.ts";

/** The settings of a laptop's stack whose env file holds these values. @throws with what is wrong with them */
export function resolvedWith(values: Readonly<Record<string, string>>): ResolvedSettings {
  const result = resolveSettings({
    stack: "local",
    architecture: "x64",
    env: [{ name: ".env", values }],
    stackConfig: {},
  });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.resolved;
}
