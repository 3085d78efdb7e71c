import { isDeepStrictEqual } from "node:util";

import { agentName } from "../../../platform/agents/agent-name.ts";
import { agentSource } from "../../../platform/blueprint/agents.ts";
import { agentFolders, agentVariables } from "../../../platform/settings/schemas.ts";
import { SETTINGS } from "../../../platform/settings/settings.ts";
import type { CommandContext } from "../../stack/context.ts";
import { stackConfigFile } from "../../stack/config/stack-config.ts";
import { readConfigText, writeConfigText } from "./config-file.ts";
import { type AgentSources, type AgentVariables, withAgents, withAgentVariables } from "./edit-config.ts";

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

/** A decision as it was kept. */
export interface KeptDecision {
  /** The stack's config file, when it was changed; by its name. */
  readonly written?: string;
  /** What the next `up` would do instead, because something hides the file; said aloud. */
  readonly warning?: string;
}

/**
 * Keeps what was decided about one agent in the stack's config file, as `npm install` does in package.json: the next
 * `up`, by either engine, does the same.
 * @param source undefined: the agent is gone
 * @param variables what it may have from outside its folder
 */
export async function keepDecision(
  context: CommandContext,
  name: string,
  source: string | undefined,
  variables: readonly string[] = [],
): Promise<KeptDecision> {
  const { kept, effective, hiddenBy, variables: given } = await readDecisions(context);
  const { [name]: before, ...others } = kept;
  const { [name]: namedBefore = [], ...otherVariables } = given.kept;
  const agents = source === undefined ? others : { ...kept, [name]: source };
  const file = stackConfigFile(context.stack);
  const isSame = before === source && isDeepStrictEqual(namedBefore, variables);
  if (!isSame) {
    const named = variables.length === 0 ? otherVariables : { ...otherVariables, [name]: variables };
    const text = before === source ? readConfigText(context) : withAgents(readConfigText(context), agents);
    writeConfigText(context, withAgentVariables(text, named));
  }
  return {
    ...(isSame ? {} : { written: file }),
    ...(hiddenBy === undefined || effective[name] === source
      ? {}
      : { warning: hiddenWarning({ name, source, hiddenBy, other: effective[name], file }) }),
  };
}

function hiddenWarning(case_: {
  readonly name: string;
  readonly source: string | undefined;
  readonly hiddenBy: string;
  readonly other: string | undefined;
  readonly file: string;
}): string {
  const { name, source, hiddenBy, other, file } = case_;
  const says =
    other === undefined
      ? `does not name ${name}, so the next \`up\` removes it`
      : source === undefined
        ? `names ${name}, so the next \`up\` brings it back`
        : `says ${other}, so the next \`up\` takes that`;
  return `${SETTINGS.agents.env} from ${hiddenBy} hides ${file}: it ${says}. Remove it there, or change it.`;
}
