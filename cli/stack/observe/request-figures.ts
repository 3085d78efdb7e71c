import { AGENT_FIGURES } from "../../../platform/services/prometheus-rules.ts";
import { field } from "../../lib/json-fields.ts";
import { askPrometheus, valueOf } from "./ask-prometheus.ts";

/** What requests to an agent were like in the last five minutes, as the gateway saw them. */
export interface RequestFigures {
  /** Part of them that was answered with a status of 5xx, 0 to 1. */
  readonly errors: number;
  /** Milliseconds that 95 of 100 took at most. */
  readonly p95: number;
}

/** What the figures are made of. Of recording rules alone: they have no job. */
const QUERY = `{__name__=~"${AGENT_FIGURES.errors}|${AGENT_FIGURES.p95}",job=""}`;

/**
 * Asks Prometheus about requests to agents. Never throws: where it does not answer, or in another form, nothing is
 * known of any agent, and those who look at a stack see all the rest.
 * @param url e.g. "http://127.0.0.1:9090/"
 * @param patience milliseconds that it may take
 * @returns by agent; one that nobody asked anything is not among them
 */
export async function askRequestFigures(
  url: string,
  patience: number,
): Promise<ReadonlyMap<string, RequestFigures>> {
  const entries = (await askPrometheus(url, QUERY, patience)) ?? [];
  const errors = valuesOf(entries, AGENT_FIGURES.errors);
  const durations = valuesOf(entries, AGENT_FIGURES.p95);
  return new Map(
    [...errors].flatMap(([agent, part]) => {
      const p95 = durations.get(agent);
      return p95 === undefined ? [] : [[agent, { errors: part, p95 }] as const];
    }),
  );
}

/** Values of one figure, by agent. */
function valuesOf(entries: readonly unknown[], figure: string): ReadonlyMap<string, number> {
  return new Map(
    entries.flatMap((entry) => {
      const metric = field(entry, "metric");
      const agent = field(metric, "agent");
      const value = valueOf(entry);
      const isOne = field(metric, "__name__") === figure && typeof agent === "string";
      return isOne && Number.isFinite(value) ? [[agent, value] as const] : [];
    }),
  );
}
