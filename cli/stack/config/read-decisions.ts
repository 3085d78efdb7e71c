import { agentName } from "../../../platform/agents/agent-name.ts";
import { agentFolders, agentVariables } from "../../../platform/settings/schemas.ts";
import { SETTINGS } from "../../../platform/settings/settings.ts";
import type { CommandContext } from "../context.ts";
import type { AgentDecisions } from "./agent-decisions.ts";

export async function readDecisions(context: CommandContext): Promise<AgentDecisions> {
  const [{ settings, origins }, { values }] = await Promise.all([context.settings(), context.stackConfig()]);
  const { source } = origins.agents;
  const hidden = source !== "default" && source !== "the stack's config";
  return {
    kept: byPlatformName(agentFolders.parse(values["nasiko:agents"] ?? SETTINGS.agents.default)),
    effective: byPlatformName(settings.agents),
    variables: {
      kept: byPlatformName(agentVariables.parse(values["nasiko:agentEnv"] ?? SETTINGS.agentEnv.default)),
      effective: byPlatformName(settings.agentEnv),
    },
    ...(hidden ? { hiddenBy: source } : {}),
  };
}

const byPlatformName = <Value>(agents: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(agents).map(([name, value]) => [agentName(name), value]));
