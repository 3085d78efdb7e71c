import { makeUrn } from "../../../engine/core/urn.ts";
import { SETTINGS } from "../../../platform/settings/settings.ts";
import type { AgentSources, AgentVariables } from "../../stack/config/agent-decisions.ts";
import type { CommandContext } from "../../stack/context.ts";
import { PROJECT } from "../../stack/state/checkpoint-file.ts";

/**
 * The context as if there were these agents and no others: what is wrong with the folder of another agent is no
 * concern of a command about this one.
 * @param variables what each may have from outside its folder. @default nothing
 */
export const withOnlyAgents = (
  context: CommandContext,
  agents: AgentSources,
  variables: AgentVariables = {},
): CommandContext =>
  context.withEnvironment({
    [SETTINGS.agents.env]: JSON.stringify(agents),
    [SETTINGS.agentEnv.env]: JSON.stringify(variables),
  });

/** URN of an agent's component, below which is all that belongs to it but its volumes. */
export const agentUrn = (stack: string, name: string): string =>
  urnBelowPlatform(stack, "nasiko:platform:Agent", name);

/** URN of a volume that the program declares. @param volume as the blueprint calls it */
export const volumeUrn = (stack: string, volume: string): string =>
  urnBelowPlatform(stack, "docker:index/volume:Volume", volume);

function urnBelowPlatform(stack: string, type: string, name: string): string {
  const common = { stack, project: PROJECT };
  const parent = makeUrn({ ...common, type: "nasiko:platform:Platform", name: "nasiko" });
  return makeUrn({ ...common, type, name, parent });
}
