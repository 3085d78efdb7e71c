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

/** What the registry says about a version. */
type Said = { readonly kind: "served" } | { readonly kind: "waiting" | "ended"; readonly why: string };

/** How Docker's status begins when a container's program has ended, e.g. "Restarting (7) 2 seconds ago". */
const ENDED = /^(?:Exited|Restarting|Dead)\b/;

/**
 * Waits until the service registry says that the gateway serves this version of the agent; no longer when the
 * agent's program has ended.
 * @throws NSK-AGENT-NOT-SERVED with what the registry last said.
 */
export async function untilServed(gate: AgentGate): Promise<void> {
  // Never by the clock on the wall: when it is set, the agent has no less time.
  const startedAt = performance.now();
  const limit = (gate.withinSeconds ?? 60) * 1000;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const said = await ask(gate);
    if (said.kind === "served") return;
    const waited = performance.now() - startedAt;
    if (said.kind === "ended" || waited + pause > limit) {
      throw agentNotServed({ ...gate, seconds: Math.round(waited / 1000), said: said.why });
    }
    await sleep(pause);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
}

async function ask({ statusUrl, hash }: AgentGate): Promise<Said> {
  try {
    const response = await fetch(statusUrl, { signal: AbortSignal.timeout(2000) });
    if (response.status === 404) return { kind: "waiting", why: "it has not seen this agent yet" };
    return read(Answer.parse(await response.json()), hash);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "waiting", why: `no answer from ${statusUrl} (${reason})` };
  }
}

function read({ served, candidates }: z.output<typeof Answer>, hash: string): Said {
  if (served?.hash === hash) return { kind: "served" };
  const candidate = candidates.find((other) => other.hash === hash);
  if (candidate === undefined) return { kind: "waiting", why: "it has not seen this version yet" };
  const { state, reason = "" } = candidate;
  return {
    kind: ENDED.test(reason) ? "ended" : "waiting",
    why: reason === "" ? state : `${state}: ${reason}`,
  };
}
