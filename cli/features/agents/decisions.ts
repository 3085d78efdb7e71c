import { agentName } from "../../../platform/agents/agent-name.ts";
import { agentFolders } from "../../../platform/settings/schemas.ts";
import { SETTINGS } from "../../../platform/settings/settings.ts";
import type { CommandContext } from "../../stack/context.ts";
import { stackConfigFile } from "../../stack/config/stack-config.ts";
import { readConfigText, writeConfigText } from "./config-file.ts";
import { type AgentSources, withAgents } from "./edit-config.ts";

/** What is decided about the agents of a stack, and by whom; agents are known by the names that they have there. */
export interface AgentDecisions {
  /** By the stack's config file; without one, by default. This is what commands change. */
  readonly kept: AgentSources;
  /** What counts at present: environment and env files go before the config file. */
  readonly effective: AgentSources;
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
    ...(hidden ? { hiddenBy: source } : {}),
  };
}

const byPlatformName = (agents: AgentSources): AgentSources =>
  Object.fromEntries(Object.entries(agents).map(([name, source]) => [agentName(name), source]));

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
 */
export async function keepDecision(
  context: CommandContext,
  name: string,
  source: string | undefined,
): Promise<KeptDecision> {
  const { kept, effective, hiddenBy } = await readDecisions(context);
  const { [name]: before, ...others } = kept;
  const agents = source === undefined ? others : { ...kept, [name]: source };
  const file = stackConfigFile(context.stack);
  if (before !== source) {
    writeConfigText(context, withAgents(readConfigText(context), agents));
  }
  return {
    ...(before === source ? {} : { written: file }),
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
