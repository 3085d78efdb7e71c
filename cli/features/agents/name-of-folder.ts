import { existsSync, statSync } from "node:fs";
import { basename, relative } from "node:path";

import { suggestName } from "../../../platform/agents/agent-name.ts";
import { readAgent } from "../../../platform/agents/read-agent.ts";
import { agentFolder, isOwnFolder } from "../../../platform/blueprint/agent-folder.ts";
import { agentSource } from "../../../platform/agents/agent-source.ts";
import type { AgentsRequest } from "../../../platform/blueprint/plan-agents.ts";

/**
 * The name of the agent in a folder: what the stack calls it, else what its compose file does, else the folder's.
 * @param folder absolute
 */
export function nameOfFolder(request: AgentsRequest, folder: string): string {
  const { root, program = root, settings } = request;
  const configured = Object.entries(settings.agents).find(
    ([, text]) => agentFolder(request, agentSource(text).folder) === folder,
  );
  if (configured !== undefined) return configured[0];
  // Whoever asks next says that there is no such folder.
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return suggestName(basename(folder));
  const place = { root: program, folder: relative(program, folder), agent: basename(folder) };
  const confined = !isOwnFolder(request, folder);
  return suggestName(readAgent({ ...place, confined }).contract?.ownName ?? basename(folder));
}
