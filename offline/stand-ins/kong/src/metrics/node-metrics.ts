import { KONG_VERSION } from "../lib/version.ts";
import type { Labels, Metric } from "./exposition.ts";

/** What the node knows of itself. */
export interface NodeFacts {
  readonly nodeId: string;
  readonly databaseReachable: boolean;
  /** Bytes. */
  readonly heapUsed: number;
  readonly pid: number;
  readonly connections: {
    /** Since the start. */
    readonly accepted: number;
    readonly open: number;
  };
  readonly requests: {
    /** Since the start. */
    readonly total: number;
    readonly underWay: number;
  };
}

const gauge = (name: string, help: string, ...samples: readonly (readonly [Labels, number])[]): Metric => ({
  ...{ name, help, type: "gauge" },
  samples: samples.map(([labels, value]) => ({ labels, value })),
});

/** What Kong tells of a node, whether or not a plugin counts requests; connections are those to the proxy. */
export function nodeMetrics(facts: NodeFacts): readonly Metric[] {
  const { connections, requests } = facts;
  const node: Labels = [["node_id", facts.nodeId]];
  const http: Labels = [...node, ["subsystem", "http"]];
  const states: Readonly<Record<string, number>> = {
    accepted: connections.accepted,
    active: connections.open,
    handled: connections.accepted,
    reading: 0,
    total: requests.total,
    waiting: Math.max(0, connections.open - requests.underWay),
    writing: requests.underWay,
  };
  return [
    gauge("kong_datastore_reachable", "Whether the database answers (1) or not (0)", [
      [],
      facts.databaseReachable ? 1 : 0,
    ]),
    gauge("kong_memory_workers_lua_vms_bytes", "Memory that this process uses for its values, in bytes", [
      [...node, ["pid", String(facts.pid)], ["kong_subsystem", "http"]],
      facts.heapUsed,
    ]),
    gauge(
      "kong_nginx_connections_total",
      "Connections by state",
      ...Object.entries(states).map(([state, value]) => [[...http, ["state", state]], value] as const),
    ),
    gauge("kong_nginx_requests_total", "Requests since the start", [http, requests.total]),
    gauge("kong_node_info", "Which node this is, and its version", [[...node, ["version", KONG_VERSION]], 1]),
  ];
}
