import { basename, relative, resolve } from "node:path";

import { suggestName } from "../../platform/agents/agent-name.ts";
import { readAgent } from "../../platform/agents/read-agent.ts";
import { agentSource } from "../../platform/blueprint/agents.ts";
import type { AgentsRequest } from "../../platform/blueprint/plan-agents.ts";

/**
 * The name of the agent in a folder: what the stack calls it, else what its compose file does, else the folder's.
 * @param folder absolute
 */
export function nameOfFolder({ root, settings }: AgentsRequest, folder: string): string {
  const configured = Object.entries(settings.agents).find(
    ([, text]) => resolve(root, agentSource(text).folder) === folder,
  );
  if (configured !== undefined) return configured[0];
  return suggestName(readAgent(root, relative(root, folder)).contract?.ownName ?? basename(folder));
}
