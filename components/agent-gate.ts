import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { agentNotServed } from "./errors.ts";

export interface AgentGate {
  /** Name of the agent's route, e.g. "agent-translator". */
  readonly agent: string;
  /** Version that has to be served. */
  readonly hash: string;
  /** Container of that version, for the message. */
  readonly container: string;
  /** The registry's answer about this agent, e.g. "http://127.0.0.1:8080/agents/translator". */
  readonly statusUrl: string;
  /** @default 60 */
  readonly withinSeconds?: number;
}

const Answer = z.object({
  served: z.object({ hash: z.string() }).nullable(),
  candidates: z
    .array(z.object({ hash: z.string(), state: z.string(), reason: z.string().optional() }))
    .default([]),
});

/** Between two questions: short at first, because an agent is usually admitted within a second. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * Waits until the service registry says that the gateway serves this version of the agent.
 * @throws NSK-AGENT-NOT-SERVED with what the registry last said.
 */
export async function untilServed(gate: AgentGate): Promise<void> {
  const seconds = gate.withinSeconds ?? 60;
  const deadline = Date.now() + seconds * 1000;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const answer = await ask(gate);
    if (answer === "served") return;
    if (Date.now() + pause > deadline) throw agentNotServed({ ...gate, seconds, said: answer });
    await sleep(pause);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
}

/** "served", or in words why not. */
async function ask({ statusUrl, hash }: AgentGate): Promise<string> {
  try {
    const response = await fetch(statusUrl, { signal: AbortSignal.timeout(2000) });
    if (response.status === 404) return "it has not seen this agent yet";
    const answer = Answer.parse(await response.json());
    if (answer.served?.hash === hash) return "served";
    const candidate = answer.candidates.find((other) => other.hash === hash);
    if (candidate === undefined) return "it has not seen this version yet";
    return [candidate.state, candidate.reason].filter((part) => part !== undefined).join(": ");
  } catch (error) {
    return `no answer from ${statusUrl} (${error instanceof Error ? error.message : String(error)})`;
  }
}
