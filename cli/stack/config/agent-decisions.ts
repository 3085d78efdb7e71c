import { isDeepStrictEqual } from "node:util";

import { agentSource } from "../../../platform/agents/agent-source.ts";

/** Agents by name: where each comes from, as `nasiko:agents` has it. */
export type AgentSources = Readonly<Record<string, string>>;

/** Names of variables by agent, as `nasiko:agentEnv` has them. */
export type AgentVariables = Readonly<Record<string, readonly string[]>>;

/** What is decided about the agents of a stack, and by whom; agents are known by the names that they have there. */
export interface AgentDecisions {
  /** By the stack's config file; without one, by default. This is what commands change. */
  readonly kept: AgentSources;
  /** What counts at present: environment and env files go before the config file. */
  readonly effective: AgentSources;
  /** Variables that agents may have from outside their folders, by the config file and at present. */
  readonly variables: { readonly kept: AgentVariables; readonly effective: AgentVariables };
  /** Where a value comes from that hides the config file, e.g. ".env". @default nothing hides it */
  readonly hiddenBy?: string;
}

/**
 * Variables that an agent may have from outside its folder: those that are named now, else those that were named for
 * the same folder before. What was said of one folder is not said of another that takes its place.
 * @param named @default as before
 */
export function variablesFor(
  { effective, variables }: Pick<AgentDecisions, "effective" | "variables">,
  name: string,
  source: string,
  named: readonly string[] = [],
): readonly string[] {
  if (named.length > 0) return [...new Set(named)];
  const before = effective[name];
  const isSame = before !== undefined && agentSource(before).folder === agentSource(source).folder;
  return isSame ? (variables.effective[name] ?? []) : [];
}

/** Where an agent was deployed from last, at its newest; one that is new lies where the samples are. */
export const lastSource = (name: string, { kept, effective }: AgentDecisions): string =>
  agentSource(effective[name] ?? kept[name] ?? `agents/${name}`).folder;

/** Whether the stack's config says this of an agent already, and nothing hides it. */
export const isKept = (
  { kept, effective, variables: given }: AgentDecisions,
  name: string,
  source: string,
  variables: readonly string[],
): boolean =>
  kept[name] === source &&
  effective[name] === source &&
  [given.kept, given.effective].every((each) => isDeepStrictEqual(each[name] ?? [], variables));
