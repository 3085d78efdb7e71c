import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { agentNotServed } from "../errors.ts";

export interface AgentGate {
  /** Name of the agent's route, e.g. "agent-translator". */
  readonly agent: string;
  /** Version that has to be served. */
  readonly hash: string;
  /** Container of that version, for the message. */
  readonly container: string;
  /** The registry's answer about this agent, e.g. "http://127.0.0.1:8080/agents/translator". */
  readonly statusUrl: string;
  /** What the registry answers to. */
  readonly token: string;
  /**
   * Card of the agent at the gateway, to be asked for instead of the registry: for a rollout in which there is only
   * one version at a time, and a registry that does not tell versions apart.
   * @default the registry is asked
   */
  readonly cardUrl?: string;
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
 * How long a version has to be served before the one before it may go: a version that gives its card once and then
 * fails has to do so while there is something to go back to, and what was on its way to the old one has arrived.
 */
const PROBATION_MS = 2000;

/** What is known about a version. */
type Said =
  /** `alone`: no other version runs that could be gone back to. */
  | { readonly kind: "served"; readonly alone: boolean }
  | { readonly kind: "unknown" | "waiting" | "ended"; readonly why: string };

/** How Docker's status begins when a container's program has ended, e.g. "Restarting (7) 2 seconds ago". */
const ENDED = /^(?:Exited|Restarting|Dead)\b/;

/**
 * Waits until the service registry says that the gateway serves this version of the agent, and has done so for a
 * while if an earlier one is still there; no longer when the agent's program has ended.
 * @throws NSK-AGENT-NOT-SERVED with what the registry last said.
 */
export async function untilServed(gate: AgentGate): Promise<void> {
  // Never by the clock on the wall: when it is set, the agent has no less time.
  const startedAt = performance.now();
  const limit = (gate.withinSeconds ?? 60) * 1000;
  let servedSince: number | undefined;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const said = await (gate.cardUrl === undefined ? askRegistry(gate) : askGateway(gate.cardUrl));
    const now = performance.now();
    const refuse = (why: string): Error =>
      agentNotServed({ ...gate, seconds: Math.round((now - startedAt) / 1000), said: why });
    if (said.kind === "served") {
      servedSince ??= now;
      if (said.alone || now - servedSince >= PROBATION_MS) return;
    } else {
      const wasServed = servedSince !== undefined && said.kind !== "unknown";
      if (wasServed) throw refuse(`it was served and did not stay so (${said.why})`);
      if (said.kind === "ended" || now - startedAt + pause > limit) throw refuse(said.why);
    }
    await sleep(pause);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
}

async function askRegistry({ statusUrl, token, hash }: AgentGate): Promise<Said> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(statusUrl, { headers, signal: AbortSignal.timeout(2000) });
    if (response.status === 404) return { kind: "waiting", why: "it has not seen this agent yet" };
    return read(Answer.parse(await response.json()), hash);
  } catch (error) {
    return { kind: "unknown", why: `no answer from ${statusUrl} (${reasonOf(error)})` };
  }
}

/** The gateway may demand a login first: then it has the route, and more cannot be known from outside. */
const ROUTED: readonly number[] = [200, 401, 403];

async function askGateway(cardUrl: string): Promise<Said> {
  try {
    const { status } = await fetch(cardUrl, { signal: AbortSignal.timeout(2000) });
    if (ROUTED.includes(status)) return { kind: "served", alone: true };
    return { kind: "waiting", why: `the gateway answers ${status} for ${cardUrl}` };
  } catch (error) {
    return { kind: "unknown", why: `no answer from ${cardUrl} (${reasonOf(error)})` };
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function read({ served, candidates }: z.output<typeof Answer>, hash: string): Said {
  if (served?.hash === hash) {
    const alone = !candidates.some((other) => other.hash !== hash && other.state !== "stopped");
    return { kind: "served", alone };
  }
  const candidate = candidates.find((other) => other.hash === hash);
  if (candidate === undefined) return { kind: "waiting", why: "it has not seen this version yet" };
  const { state, reason = "" } = candidate;
  const why = reason === "" ? state : `${state}: ${reason}`;
  if (ENDED.test(reason)) return { kind: "ended", why };
  // Nothing is wrong with it; the gateway may be away for a moment.
  return { kind: state === "admitted" ? "unknown" : "waiting", why };
}
