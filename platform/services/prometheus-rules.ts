/** Name of the scrape job that reads the gateway's figures; rules take requests from no other. */
export const GATEWAY_JOB = "kong";

/** What is said of each agent for the last five minutes; the label is `agent`. Absent where nobody asked it anything. */
export const AGENT_FIGURES = {
  /** Requests per second. */
  rate: "agent:requests:rate5m",
  /** Part of the requests that were answered with a status of 5xx, 0 to 1. */
  errors: "agent:request_errors:ratio5m",
  /** Milliseconds from the request's arrival at the gateway to the end of its answer. */
  p50: "agent:request_duration_milliseconds:p50_5m",
  p95: "agent:request_duration_milliseconds:p95_5m",
  p99: "agent:request_duration_milliseconds:p99_5m",
} as const;

/** By what {@link AGENT_FIGURES} are computed from. */
const REQUESTS = "agent:requests:increase5m";
const DURATIONS = "agent:request_duration_milliseconds_bucket:increase5m";

const WINDOW_SECONDS = 300;

/**
 * By how much counters of the gateway grew in the window, for each agent. A counter that was not there before began
 * at 0, which `increase` does not know: the first request of an agent, and its first error, would never count. It
 * does here, if the gateway had been read before the counter appeared; else what it holds may be old.
 */
function grown(counter: string, by: string): string {
  const ofAgents = `${counter}{job="${GATEWAY_JOB}",service=~"agent-.+"}`;
  const readBefore = `sum_over_time(up{job="${GATEWAY_JOB}"}[5m])`;
  const born =
    `(min_over_time(${ofAgents}[5m]) unless ${ofAgents} offset 5m)` +
    ` and (count_over_time(${ofAgents}[5m]) < on(instance) group_left ${readBefore})`;
  const parts = [`increase(${ofAgents}[5m])`, born];
  // Labelled apart, or one part would hide the other.
  const both = parts.map((part, index) => `label_replace(${part}, "part", "${index}", "", "")`).join(" or ");
  return `sum by (agent, ${by}) (label_replace(${both}, "agent", "$1", "service", "agent-(.+)"))`;
}

const percentile = (quantile: number): string =>
  // Nothing is below 0: so no answer, which is NaN, becomes no figure.
  `histogram_quantile(${quantile}, sum by (agent, le) (${DURATIONS})) >= 0`;

const ALL = `sum by (agent) (${REQUESTS})`;
const FAILED = `sum by (agent) (${REQUESTS}{code=~"5.."})`;

/** In their order: later ones take what earlier ones have just recorded. */
const RULES: readonly (readonly [name: string, expression: string])[] = [
  [REQUESTS, grown("kong_http_requests_total", "code")],
  [DURATIONS, grown("kong_request_latency_ms_bucket", "le")],
  [AGENT_FIGURES.rate, `${ALL} / ${WINDOW_SECONDS}`],
  [AGENT_FIGURES.errors, `(${FAILED} or 0 * ${ALL}) / (${ALL} > 0)`],
  [AGENT_FIGURES.p50, percentile(0.5)],
  [AGENT_FIGURES.p95, percentile(0.95)],
  [AGENT_FIGURES.p99, percentile(0.99)],
];

/** The recording rules, as a rule file; JSON is YAML. */
export const recordingRules = (): string =>
  JSON.stringify({
    groups: [{ name: "agents", rules: RULES.map(([record, expr]) => ({ record, expr })) }],
  });
