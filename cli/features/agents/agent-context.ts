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

/** URN of an agent's component, below which is all that belongs to it. */
export function agentUrn(stack: string, name: string): string {
  const of = (type: string, resource: string, parent?: string): string =>
    makeUrn({ stack, project: PROJECT, type, name: resource, parent });
  return of("nasiko:platform:Agent", name, of("nasiko:platform:Platform", "nasiko"));
}
