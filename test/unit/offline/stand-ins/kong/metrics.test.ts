import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exposition } from "../../../../../offline/stand-ins/kong/src/metrics/exposition.ts";
import { createHistogram } from "../../../../../offline/stand-ins/kong/src/metrics/histogram.ts";
import { nodeMetrics } from "../../../../../offline/stand-ins/kong/src/metrics/node-metrics.ts";
import { createRequestMetrics } from "../../../../../offline/stand-ins/kong/src/metrics/request-metrics.ts";

const PLACE = { service: "agent-a", route: "agent-a-route" };
const told = (code: number): { code: number; source: "service"; consumer: string } => ({
  ...{ code, source: "service", consumer: "" },
});

describe("the figures of requests", () => {
  test("are told in Kong's names, labels and bounds; a bucket appears with what first falls into it", () => {
    const metrics = createRequestMetrics();
    const figures = metrics.of(PLACE);
    figures.count(told(200));
    figures.count(told(200));
    figures.count(told(503));
    figures.time({ request: 1500, upstream: 25, kong: 4 });
    figures.time({ request: 70_000, upstream: undefined, kong: 8000 });
    const lines = exposition(metrics.read()).split("\n");
    const labels = `service="agent-a",route="agent-a-route",workspace="default"`;
    expect(lines.filter((line) => line.startsWith("kong_http"))).toEqual(
      [
        ["200", 2],
        ["503", 1],
      ].map(
        ([code, count]) =>
          `kong_http_requests_total{service="agent-a",route="agent-a-route",code="${code}",source="service",workspace="default",consumer=""} ${count}`,
      ),
    );
    expect(lines.filter((line) => line.startsWith("kong_request_latency_ms"))).toEqual([
      ...["2000", "5000", "10000", "30000", "60000"].map(
        (bound) => `kong_request_latency_ms_bucket{${labels},le="${bound}"} 1`,
      ),
      `kong_request_latency_ms_bucket{${labels},le="+Inf"} 2`,
      `kong_request_latency_ms_count{${labels}} 2`,
      `kong_request_latency_ms_sum{${labels}} 71500`,
    ]);
    const bounds = (name: string): readonly string[] =>
      lines.flatMap((line) => (line.startsWith(`${name}_bucket`) ? (/le="(.*)"/.exec(line)?.[1] ?? []) : []));
    expect(bounds("kong_upstream_latency_ms").join(" ")).toBe(
      "25 50 80 100 250 400 700 1000 2000 5000 10000 30000 60000 +Inf",
    );
    expect(bounds("kong_kong_latency_ms").join(" ")).toBe(
      "5 7 10 15 20 30 50 75 100 200 500 750 1000 3000 6000 +Inf",
    );
    expect(lines).toContain(`kong_upstream_latency_ms_count{${labels}} 1`);
    expect(lines).toContain("# TYPE kong_http_requests_total counter");
    expect(lines).toContain("# TYPE kong_request_latency_ms histogram");
  });

  test("leave with their route, also when a request outlives it", () => {
    const metrics = createRequestMetrics();
    const gone = metrics.of({ service: "agent-b", route: "agent-b-route" });
    gone.count(told(200));
    metrics.of(PLACE).count(told(200));
    metrics.retain([PLACE]);
    gone.count(told(200));
    const text = exposition(metrics.read());
    expect(text).toContain("agent-a");
    expect(text).not.toContain("agent-b");
  });

  test("are none, not even a heading, before the first request", () => {
    expect(exposition(createRequestMetrics().read())).toBe("");
  });
});

test("a histogram's buckets rise to its count, whatever is observed", () =>
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.uniqueArray(fc.nat(100)), (values, some) => {
      const bounds = some.toSorted((left, right) => left - right);
      const histogram = createHistogram(bounds);
      values.forEach(histogram.observe);
      const { bucket, count, sum } = histogram.samples([]);
      const wanted = [...bounds, Infinity].map((bound) => values.filter((value) => value <= bound).length);
      expect(bucket.map(({ value }) => value)).toEqual(wanted.filter((number) => number > 0));
      expect(count.map(({ value }) => value)).toEqual(values.length === 0 ? [] : [values.length]);
      expect(sum.map(({ value }) => value)).toEqual(
        values.length === 0 ? [] : [values.reduce((total, value) => total + value, 0)],
      );
    }),
  ));

test("the values of labels are escaped", () => {
  const samples = [{ labels: [["name", 'a"b\\c\nd']] as const, value: 1 }];
  expect(exposition([{ name: "x", type: "gauge", help: "h", samples }])).toBe(
    '# HELP x h\n# TYPE x gauge\nx{name="a\\"b\\\\c\\nd"} 1\n',
  );
});

test("a node tells of itself, its connections and its database", () => {
  const facts = {
    ...{ nodeId: "n", databaseReachable: false, heapUsed: 1024, pid: 7 },
    connections: { accepted: 9, open: 3 },
    requests: { total: 20, underWay: 1 },
  };
  const text = exposition(nodeMetrics(facts));
  const state = (name: string): string =>
    `kong_nginx_connections_total{node_id="n",subsystem="http",state="${name}"}`;
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      "kong_datastore_reachable 0",
      'kong_node_info{node_id="n",version="3.9.0"} 1',
      'kong_nginx_requests_total{node_id="n",subsystem="http"} 20',
      'kong_memory_workers_lua_vms_bytes{node_id="n",pid="7",kong_subsystem="http"} 1024',
      `${state("accepted")} 9`,
      `${state("active")} 3`,
      `${state("waiting")} 2`,
      `${state("writing")} 1`,
    ]),
  );
});
