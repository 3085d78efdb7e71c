import { existsSync } from "node:fs";
import { relative, sep } from "node:path";

import { agentName } from "../agents/agent-name.ts";
import { readAgent } from "../agents/read-agent.ts";
import { NasikoError } from "../errors/define-error.ts";
import type { Settings } from "../settings/settings.ts";
import { agentFolder, isOwnFolder, type Places } from "./agent-folder.ts";
import { agentVolume } from "./agent-volume.ts";
import { agentSource } from "../agents/agent-source.ts";
import type { PlannedAgent } from "./agents.ts";

interface VolumesRequest extends Places {
  readonly settings: Pick<Settings, "agents" | "running" | "trustedAgentFolders">;
  /** Those of a stack that is running. */
  readonly agents: readonly PlannedAgent[];
}

/**
 * Short names of all volumes of agents. They stay declared while the stack is not running, or their data would go with
 * the containers: then what the folders say is read as far as it can be.
 */
export function agentVolumes(request: VolumesRequest): readonly string[] {
  const { settings, agents } = request;
  const names = settings.running
    ? agents.flatMap(({ container }) => container.volumes.map(({ volume }) => volume))
    : Object.entries(settings.agents).flatMap(([name, text]) => volumesIn(agentName(name), text, request));
  return [...new Set(names)];
}

function volumesIn(agent: string, text: string, request: VolumesRequest): readonly string[] {
  const { root, program = root } = request;
  const absolute = agentFolder(request, agentSource(text).folder);
  if (!existsSync(absolute)) return [];
  try {
    const folder = relative(program, absolute).split(sep).join("/") || ".";
    const confined = !isOwnFolder(request, absolute);
    const { contract } = readAgent({ root: program, folder, agent, confined });
    return (contract?.service?.volumes ?? []).map(({ name }) => agentVolume(agent, name));
  } catch (error) {
    if (error instanceof NasikoError) return [];
    throw error;
  }
}
