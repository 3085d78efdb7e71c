import { nearest } from "../../../platform/settings/nearest.ts";
import type { AgentDecisions } from "../../stack/config/agent-decisions.ts";
import { agentOfWorker, agentUnknown } from "./errors.ts";
import type { ObservedAgents } from "./observe-agent.ts";

/** Names of all agents that somebody decided on or that have a container, sorted. */
export function knownAgents(
  { kept, effective }: Pick<AgentDecisions, "kept" | "effective">,
  { containers }: ObservedAgents,
): readonly string[] {
  const names = [...Object.keys(kept), ...Object.keys(effective), ...containers.map(({ agent }) => agent)];
  return [...new Set(names)].toSorted();
}

/** @throws NSK-AGENT-UNKNOWN, NSK-AGENT-OF-WORKER */
export function requireAgent(
  name: string,
  decisions: Pick<AgentDecisions, "kept" | "effective">,
  observed: ObservedAgents,
): void {
  const known = knownAgents(decisions, observed);
  if (!known.includes(name)) throw agentUnknown({ name, known, nearest: nearest(name, known) });
  if (observed.containers.some(({ agent, managedBy }) => agent === name && managedBy === "worker"))
    throw agentOfWorker({ name });
}
