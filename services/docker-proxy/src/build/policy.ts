import type { TelemetryMount } from "../../../lib/telemetry-mount.ts";
import type { BaseRules } from "../../../lib/dockerfile/allowed-bases.ts";

/** What the build mode may do, and for whom. */
export interface BuildPolicy {
  /** The one stack whose agents may be built and run. */
  readonly stack: string;
  /** Name on the engine of the only network that an agent may join, e.g. "nasiko-local-agents". */
  readonly agentsNetwork: string;
  /** Registry that images may be pushed to, as the engine reaches it, e.g. "127.0.0.1:5001". @default none */
  readonly pushRegistry: string | undefined;
  /** The only volume that an agent may have, for reading. @default none */
  readonly telemetryMount: TelemetryMount | undefined;
}

/** The policy, and what holds for builds alone. */
export interface BuildMode extends BuildPolicy {
  /** What the Dockerfile of an agent may stand on. */
  readonly bases: BaseRules;
  /** Seconds that a build may take as a whole. */
  readonly buildSeconds: number;
  /** "user:password" that opens the registry that images may be pushed to. @default it asks for nothing */
  readonly pushLogin: string | undefined;
}

/** An agent's name becomes part of image names, container names and routes. */
const AGENT = "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?";
/** Images are tagged with their content hash: its first 32 digits, or 16 where they were built before. */
const TAG = "[0-9a-f]{16}(?:[0-9a-f]{16})?";

const REFERENCE = new RegExp(`^nasiko/agent-(${AGENT}):(${TAG})$`);
const REPOSITORY = new RegExp(`^nasiko/agent-${AGENT}$`);
const ONLY_TAG = new RegExp(`^${TAG}$`);
const ONLY_AGENT = new RegExp(`^${AGENT}$`);

/** A reference of an agent's image: "nasiko/agent-<name>:<32 hex digits>". */
export interface AgentImage {
  readonly repository: string;
  readonly agent: string;
  readonly tag: string;
}

export function parseAgentImage(reference: string): AgentImage | undefined {
  const [, agent, tag] = REFERENCE.exec(reference) ?? [];
  if (agent === undefined || tag === undefined) return undefined;
  return { repository: `nasiko/agent-${agent}`, agent, tag };
}

export const isAgentName = (text: string): boolean => ONLY_AGENT.test(text);
export const isTag = (text: string): boolean => ONLY_TAG.test(text);

/** Whether a name is an agent's repository in the registry that may be pushed to. */
export function isPushTarget(name: string, { pushRegistry }: BuildPolicy): boolean {
  if (pushRegistry === undefined || !name.startsWith(`${pushRegistry}/`)) return false;
  return REPOSITORY.test(name.slice(pushRegistry.length + 1));
}

/** Labels by which a container is the worker's own; no other may be touched. */
export function ownLabels(stack: string): Readonly<Record<string, string>> {
  return { "nasiko.stack": stack, "nasiko.kind": "agent", "nasiko.managed-by": "worker" };
}
