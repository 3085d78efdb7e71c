import type { Span } from "./span.ts";

/** How an agent did in a span of time, as the gateway saw it. Times are in milliseconds. */
export interface AgentFigures {
  readonly agent: string;
  readonly requests: number;
  /** Requests that the agent, or the way to it, answered with a failure of its own. */
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
}

/** The gateway's route to an agent, as the registry writes it. */
const ROUTE = /^~?\/agents\/agent-([a-z0-9-]+)(?:\(|\/|$)/;

/**
 * Figures of each agent, by name.
 * @param spans those of the gateway, in which it says by which route a request came
 */
export function agentFigures(spans: readonly Span[]): readonly AgentFigures[] {
  const byAgent = Map.groupBy(spans, ({ attributes }) => agentOf(attributes["http.route"]));
  return [...byAgent]
    .flatMap(([agent, calls]) => (agent === undefined ? [] : [figuresOf(agent, calls)]))
    .toSorted((one, other) => one.agent.localeCompare(other.agent));
}

function figuresOf(agent: string, calls: readonly Span[]): AgentFigures {
  const times = calls.map(({ start, end }) => end - start).toSorted((one, other) => one - other);
  return {
    agent,
    requests: calls.length,
    errors: calls.filter(({ failed }) => failed).length,
    p50: percentile(times, 50),
    p95: percentile(times, 95),
  };
}

function agentOf(route: unknown): string | undefined {
  return typeof route === "string" ? ROUTE.exec(route)?.[1] : undefined;
}

/** By nearest rank: one of the values. @param sorted at least one value, the least first */
const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
