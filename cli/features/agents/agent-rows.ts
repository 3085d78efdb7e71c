import { agentSource } from "../../../platform/agents/agent-source.ts";
import type { AgentCard } from "../../../engine/formats/a2a/card.ts";
import { servedHash } from "../../stack/observe/served-agents.ts";
import type { AgentDecisions } from "../../stack/config/agent-decisions.ts";
import { knownAgents } from "./known-agents.ts";
import type { ObservedAgents } from "./observe-agent.ts";
import { versionIn } from "./versions.ts";

/** How an agent stands. */
export interface AgentRow {
  readonly name: string;
  /** "served", "not served", "missing", else Docker's word for its newest container. */
  readonly state: string;
  /** 16 hex digits of the content that is served, else of the newest container's; the hash that the registry tells. */
  readonly version: string | undefined;
  /** Seconds since its container was made. */
  readonly age: number | undefined;
  readonly url: string;
  /** Where it comes from; undefined for one that nobody decided on. */
  readonly source: string | undefined;
  /** What people should know, e.g. that it stays on an earlier version. */
  readonly notes: readonly string[];
}

export interface AgentsRequest {
  readonly decisions: Pick<AgentDecisions, "kept" | "effective">;
  readonly observed: ObservedAgents;
  readonly urlOf: (agent: string) => string;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Every agent that somebody decided on or that has a container, by name. */
export function agentRows({ decisions, observed, urlOf, now }: AgentsRequest): readonly AgentRow[] {
  return knownAgents(decisions, observed).map((name) => {
    const containers = observed.containers.filter(({ agent }) => agent === name);
    const hash = servedHash(observed.served, name);
    const served = containers.find((container) => container.hash === hash);
    const shown = served ?? containers[0];
    const source = decisions.effective[name];
    return {
      name,
      state: stateOf(served !== undefined, shown?.state),
      version: shown === undefined ? undefined : (versionIn(shown.image, name) ?? shown.hash),
      age: shown === undefined ? undefined : Math.max(0, now - shown.created),
      url: urlOf(name),
      source,
      notes: [
        ...(source !== undefined && agentSource(source).version !== undefined
          ? ["stays on this version"]
          : []),
        ...(shown?.managedBy === "worker" ? ["uploaded"] : []),
        ...(shown?.managedBy === "pulumi" && source === undefined ? ["the next `up` removes it"] : []),
        ...containers
          .filter((container) => container !== shown)
          .map(({ name: other, status }) => `besides: ${other}, ${status}`),
      ],
    };
  });
}

function stateOf(served: boolean, state: string | undefined): string {
  if (state === undefined) return "missing";
  if (state !== "running") return state;
  return served ? "served" : "not served";
}

/** @example age(150) // "2 min" */
export function age(total: number): string {
  const units = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
  ] as const;
  const [size, name] = units.find(([seconds]) => total >= seconds) ?? [1, "s"];
  return `${Math.floor(total / size)} ${name}`;
}

/** Names of a card's skills on one line. */
export const skillsOf = (card: AgentCard | undefined): readonly string[] =>
  (card?.skills ?? []).map(({ name }) => name);
