import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { prometheus } from "../../../../platform/services/prometheus.ts";
import { eventually, type ServiceProcess, startService } from "../../services/support/service-process.ts";
import { builtOffline, client, forever, prepared } from "../images/containers.ts";
import { type Running, Stack } from "./service-container.ts";

const Answer = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

/**
 * Stands for the gateway: from its second reading on it has passed on three requests to the agent x, one of which failed.
 */
const GATEWAY = `
  let read = 0;
  require("node:http").createServer((request, response) => {
    read += 1;
    const seen = read < 2 ? [] : [
      'kong_http_requests_total{service="agent-x",route="agent-x-route",code="200",source="service",workspace="default",consumer=""} 2',
      'kong_http_requests_total{service="agent-x",route="agent-x-route",code="502",source="kong",workspace="default",consumer=""} 1',
      'kong_http_requests_total{service="nasiko-web",route="web",code="200",source="service",workspace="default",consumer=""} 9',
      ...[["25", 1], ["50", 1], ["100", 3], ["+Inf", 3]].map(([le, count]) =>
        'kong_request_latency_ms_bucket{service="agent-x",route="agent-x-route",workspace="default",le="' + le + '"} ' + count),
    ];
    const types = "# TYPE kong_http_requests_total counter\\n# TYPE kong_request_latency_ms histogram\\n";
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end(types + seen.map((line) => line + "\\n").join(""));
  }).listen(8100);
`;

/** What the rules make of series that begin, fail, and end; in promtool's own words. */
const RULE_TESTS = {
  rule_files: ["/tmp/rules.yml"],
  evaluation_interval: "10s",
  tests: [
    {
      interval: "10s",
      input_series: [
        { series: 'up{job="kong",instance="k"}', values: "1x60" },
        // Its first requests are all in the first value that is read.
        { series: requests("kong", "new", "200"), values: "_x5 3x60" },
        { series: requests("kong", "new", "500"), values: "_x8 1x60" },
        // It was there before anybody read anything: nobody knows how old its requests are.
        { series: requests("kong", "old", "200"), values: "1000x60" },
        // A liar that is no gateway.
        { series: requests("services", "new", "500"), values: "1+100x60" },
        { series: durations("new", "25"), values: "_x5 2x60" },
        { series: durations("new", "100"), values: "_x5 4x60" },
        { series: durations("new", "+Inf"), values: "_x5 4x60" },
      ],
      promql_expr_test: [
        expected("agent:requests:rate5m * 300", "2m", { new: 4, old: 0 }),
        expected("sum by (agent) (agent:request_errors:ratio5m)", "2m", { new: 0.25 }),
        expected("sum by (agent) (agent:request_duration_milliseconds:p50_5m)", "2m", { new: 25 }),
        expected("sum by (agent) (agent:request_duration_milliseconds:p95_5m)", "2m", { new: 92.5 }),
        expected("sum by (agent) (agent:request_duration_milliseconds:p99_5m)", "2m", { new: 98.5 }),
        // Five minutes after the last request.
        expected("agent:requests:rate5m * 300", "8m", { new: 0, old: 0 }),
        expected("sum by (agent) (agent:request_errors:ratio5m)", "8m", {}),
        expected("sum by (agent) (agent:request_duration_milliseconds:p95_5m)", "8m", {}),
      ],
    },
  ],
};

function requests(job: string, agent: string, code: string): string {
  return `kong_http_requests_total{job="${job}",instance="k",service="agent-${agent}",code="${code}"}`;
}

function durations(agent: string, le: string): string {
  return `kong_request_latency_ms_bucket{job="kong",instance="k",service="agent-${agent}",le="${le}"}`;
}

function expected(expr: string, time: string, byAgent: Readonly<Record<string, number>>): object {
  const samples = Object.entries(byAgent).map(([agent, value]) => ({ labels: `{agent="${agent}"}`, value }));
  return { expr, eval_time: time, exp_samples: samples };
}

describe("figures, from the gateway to Prometheus", () => {
  const stack = new Stack();
  let store: Running;
  let proxy: ServiceProcess | undefined;
  beforeAll(async () => {
    const [node] = (await prepared("base-node")).toReversed();
    await builtOffline("prometheus");
    await stack.neighbour("kong-status", node?.reference ?? "", ["node", "-e", GATEWAY]);
    store = await stack.start(prometheus);
  }, 900_000);
  afterAll(async () => {
    await proxy?.stop();
    await stack.clean();
  });

  const query = async (text: string): Promise<z.output<typeof Answer>["data"]["result"]> => {
    const url = `http://${await store.address()}:9090/api/v1/query?query=${encodeURIComponent(text)}`;
    return Answer.parse(await (await fetch(url)).json()).data.result;
  };
  const value = async (text: string): Promise<number | undefined> => {
    const [first] = await query(text);
    return first === undefined ? undefined : Number(first.value[1]);
  };
  const inside = async (
    ...line: readonly string[]
  ): Promise<{ exitCode: number | undefined; output: string }> =>
    client.exec(store.container.id, line, { timeout: 60_000, signal: forever });

  test("requests of an agent become its rate, its errors and its percentiles, the first ones among them", async () => {
    const p95 = 'agent:request_duration_milliseconds:p95_5m{agent="x"}';
    await expect.poll(() => value(p95), { timeout: 120_000, interval: 1000 }).toBeCloseTo(96.25);
    expect(await value('agent:request_errors:ratio5m{agent="x"}')).toBeCloseTo(1 / 3);
    expect(await value('agent:requests:rate5m{agent="x"}')).toBeCloseTo(3 / 300);
    const agents = await query("agent:requests:rate5m");
    expect(agents.map(({ metric }) => metric["agent"])).toEqual(["x"]);
  });

  test("targets that are not there hurt nobody", async () => {
    await expect.poll(() => value('up{job="services"}'), { timeout: 60_000, interval: 1000 }).toBe(0);
    expect(await value('up{job="kong"}')).toBe(1);
    expect(await value('up{job="prometheus"}')).toBe(1);
  });

  test("configuration and rules are such as Prometheus wants them, and compute what is promised", async () => {
    const checked = await inside("promtool", "check", "config", "/tmp/prometheus.yml");
    expect(checked, checked.output).toMatchObject({ exitCode: 0 });
    const script = 'printf %s "$1" > /tmp/test.yml && promtool test rules /tmp/test.yml';
    const tested = await inside("sh", "-c", script, "sh", JSON.stringify(RULE_TESTS));
    expect(tested, tested.output).toMatchObject({ exitCode: 0 });
  });

  test("no page of another origin may read them", async () => {
    const headers = { origin: "http://elsewhere.example" };
    const answer = await fetch(`http://${await store.address()}:9090/api/v1/query?query=up`, { headers });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("the health check fails where nothing answers", async () => {
    const { Config } = await store.container.inspect();
    const command = (Config.Healthcheck?.Test ?? []).slice(1);
    expect(await inside(...command)).toMatchObject({ exitCode: 0 });
    expect((await inside(...command.map((word) => word.replace("9090", "9091")))).exitCode).not.toBe(0);
  });

  test("containers have figures at the filter before the Docker socket, without the Docker API", async () => {
    const main = new URL("../../../../services/docker-proxy/src/main.ts", import.meta.url).pathname;
    proxy = await startService(main, {
      NASIKO_PROXY_MODE: "read",
      NASIKO_STACK: stack.label,
      NASIKO_METRICS_PORT: "0",
    });
    const started = proxy;
    const port = await eventually(() => /"url":"http:\/\/[^"]+:(\d+)\/metrics"/.exec(started.output())?.[1]);
    const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
    const figures = await (await ask("/metrics")).text();
    const { Name, HostConfig } = await store.container.inspect();
    const labels = `{name="${Name.slice(1)}"}`;
    expect(figures).toContain(`container_spec_memory_limit_bytes${labels} ${HostConfig.Memory ?? 0}\n`);
    const memory = figures.split(`container_memory_working_set_bytes${labels} `)[1]?.split("\n")[0];
    expect(Number(memory)).toBeGreaterThan(1_000_000);
    const cpu = figures.split(`container_cpu_usage_seconds_total${labels} `)[1]?.split("\n")[0];
    expect(Number(cpu)).toBeGreaterThan(0);
    expect((await ask("/containers/json")).status).toBe(404);
    expect((await fetch(`${started.url}/metrics`)).status).toBe(403);
  });

  test("figures are kept when it is replaced", async () => {
    const before = Math.floor(Date.now() / 1000);
    await store.replace();
    store = await stack.start(prometheus);
    expect(await value(`kong_http_requests_total{service="agent-x",code="502"} @ ${before}`)).toBe(1);
  });
});
