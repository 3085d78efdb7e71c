import type { Route } from "../entities/route.ts";
import type { Service } from "../entities/service.ts";
import type { Place, RequestMetrics } from "../metrics/request-metrics.ts";
import { boolean, record, withDefault } from "../schema/field.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

const flag = () => withDefault(boolean(), false);

const config = record(
  {
    per_consumer: flag(),
    status_code_metrics: flag(),
    /** There are no plugins for models and no upstreams here, so that neither of these has anything to tell. */
    ai_metrics: flag(),
    upstream_health_metrics: flag(),
    latency_metrics: flag(),
    bandwidth_metrics: flag(),
  },
  ({ bandwidth_metrics }) =>
    bandwidth_metrics ? { bandwidth_metrics: "is not supported by this stand-in for Kong" } : undefined,
);

export const PROMETHEUS = "prometheus";

/** The names that figures are kept under, as Kong chooses them. */
export const placeOf = (route: Route, service: Service | null): Place => ({
  service: service === null ? "" : (service.name ?? service.host),
  route: route.name ?? route.id,
});

/** Counts requests, for who asks the status listener for /metrics. */
export const createPrometheus = (metrics: RequestMetrics): AnyPluginKind =>
  definePlugin({
    name: PROMETHEUS,
    priority: 13,
    config,
    begin: ({ per_consumer, status_code_metrics, latency_metrics }, { route, service }) => {
      // Found now: a request that outlives its route brings the figures of that route not back.
      const figures = metrics.of(placeOf(route, service));
      return {
        responseHeaders: [],
        ended: ({ status, source, consumer, latencies }) => {
          if (status_code_metrics)
            figures.count({ code: status, source, consumer: per_consumer ? (consumer ?? "") : "" });
          if (latency_metrics) figures.time(latencies);
        },
      };
    },
  });
