import { COLLECTOR, COLLECTOR_FIGURES, COLLECTOR_METRICS } from "./otel-collector-config.ts";
import { CONTAINER_METRICS } from "./docker-proxy-read.ts";
import { endpoint, type Endpoint } from "./endpoint.ts";
import { PROMETHEUS_SERVICE } from "./names.ts";
import { GATEWAY, KONG_STATUS } from "./kong.ts";
import { GATEWAY_JOB } from "./prometheus-rules.ts";

export const PROMETHEUS = endpoint(PROMETHEUS_SERVICE, 9090);

interface ScrapeJob {
  readonly name: string;
  readonly target: Endpoint;
  /** Service that has to be part of the stack. */
  readonly of: string;
}

/** Whose figures are read. */
const JOBS: readonly ScrapeJob[] = [
  { name: "prometheus", target: PROMETHEUS, of: PROMETHEUS.host },
  { name: GATEWAY_JOB, target: KONG_STATUS, of: GATEWAY.host },
  { name: "containers", target: CONTAINER_METRICS, of: CONTAINER_METRICS.host },
  // What services and agents sent to the collector, and what it says of itself.
  { name: "services", target: COLLECTOR_METRICS, of: COLLECTOR.host },
  { name: "collector", target: COLLECTOR_FIGURES, of: COLLECTOR.host },
];

/** Of one answer; whoever sends more of it loses his own figures, and nobody else's. */
const MOST_SERIES = 20_000;
const LARGEST_ANSWER = "20MB";

/**
 * Prometheus' configuration, in words that versions 2.42 and 3 both know; JSON is YAML. Labels of a target never
 * take the place of ours (`honor_labels` is off): no sender can pass his figures off as the gateway's.
 * @param rules path of the rule file
 */
export const prometheusConfig = (has: (service: string) => boolean, rules: string): string =>
  JSON.stringify({
    global: { scrape_interval: "10s", scrape_timeout: "5s", evaluation_interval: "10s" },
    rule_files: [rules],
    scrape_configs: JOBS.filter(({ of }) => has(of)).map(({ name, target }) => ({
      job_name: name,
      sample_limit: MOST_SERIES,
      body_size_limit: LARGEST_ANSWER,
      static_configs: [{ targets: [target.address] }],
      // Names with a colon are those of recording rules: nobody sends them.
      metric_relabel_configs: [{ source_labels: ["__name__"], regex: ".*:.*", action: "drop" }],
    })),
  });
