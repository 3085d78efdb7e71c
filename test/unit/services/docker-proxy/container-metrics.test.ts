import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";

import type { Engine } from "../../../../services/docker-proxy/src/engine.ts";
import { createMetricsServer } from "../../../../services/docker-proxy/src/metrics/metrics-server.ts";

const id = (digit: string): string => digit.repeat(64);

const listed = (digit: string, name: string, labels: Readonly<Record<string, string>>) => ({
  Id: id(digit),
  Names: [`/nasiko-local-${name}`],
  Labels: { ...labels, "com.example.path": "/home/someone" },
});

const STATS = {
  cpu_stats: { cpu_usage: { total_usage: 1_500_000_000 } },
  memory_stats: { usage: 1000, stats: { total_inactive_file: 300, inactive_file: 1 } },
  pids_stats: { current: 7 },
  networks: { eth0: { rx_bytes: 10, tx_bytes: 1 }, eth1: { rx_bytes: 5, tx_bytes: 2 } },
};
const INSPECTION = {
  RestartCount: 2,
  HostConfig: { Memory: 4096 },
  State: { StartedAt: "2026-01-01T00:00:00.5Z" },
  Config: { Env: ["PASSWORD=hunter2"] },
};

/** An engine with these answers by path; what it has none for is not there. */
function engineWith(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const engine: Engine = {
    ask: (_method, path) => {
      asked.push(decodeURIComponent(path));
      const answer = answers[path.replace(/\?.*/, "").replace("/v1.41", "")];
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({
        status: answer === undefined ? 404 : 200,
        headers: {},
        body: Readable.from([Buffer.from(JSON.stringify(answer ?? { message: "No such container" }))]),
      });
    },
    close: () => Promise.resolve(),
  };
  return { engine, asked };
}

const TWO = {
  "/containers/json": [
    listed("b", "redis", { "nasiko.service": "redis" }),
    listed("a", "agent-x", { "nasiko.agent": "x" }),
  ],
  [`/containers/${id("a")}/stats`]: STATS,
  [`/containers/${id("a")}/json`]: INSPECTION,
  [`/containers/${id("b")}/stats`]: { cpu_stats: {}, memory_stats: {} },
  [`/containers/${id("b")}/json`]: INSPECTION,
};

const log = (): void => undefined;

async function metricsOf(engine: Engine): Promise<{ readonly status: number; readonly body: string }> {
  const { statusCode, body } = await createMetricsServer({ stack: "local", engine, log }).inject("/metrics");
  return { status: statusCode, body };
}

describe("figures of containers", () => {
  test("are the stack's own, by cAdvisor's names, and tell no more than that", async () => {
    const { engine, asked } = engineWith(TWO);
    const { status, body } = await metricsOf(engine);
    expect(status).toBe(200);
    expect(asked[0]).toContain('"label":["nasiko.stack=local"],"status":["running"]');
    const ofAgent = body.split("\n").filter((line) => line.includes('agent="x"'));
    const labels = '{name="nasiko-local-agent-x",agent="x"}';
    expect(ofAgent).toEqual([
      `container_cpu_usage_seconds_total${labels} 1.5`,
      `container_memory_working_set_bytes${labels} 700`,
      `container_memory_usage_bytes${labels} 1000`,
      `container_spec_memory_limit_bytes${labels} 4096`,
      `container_start_time_seconds${labels} 1767225600.5`,
      `container_restarts_total${labels} 2`,
      `container_threads${labels} 7`,
      `container_network_receive_bytes_total${labels} 15`,
      `container_network_transmit_bytes_total${labels} 3`,
    ]);
    expect(body).not.toMatch(/hunter2|\/home/);
  });

  test("leave out what the engine does not tell, rather than call it 0", async () => {
    const { body } = await metricsOf(engineWith(TWO).engine);
    expect(body).toContain(
      'container_spec_memory_limit_bytes{name="nasiko-local-redis",service="redis"} 4096',
    );
    expect(body).not.toContain('container_cpu_usage_seconds_total{name="nasiko-local-redis"');
  });

  test.each([
    ["has vanished", undefined],
    ["does not answer", new Error("silent")],
  ])("are those of the others where one container %s", async (_what, answer) => {
    const { engine } = engineWith({ ...TWO, [`/containers/${id("b")}/stats`]: answer });
    const { status, body } = await metricsOf(engine);
    expect(status).toBe(200);
    expect(body).toContain('agent="x"');
    expect(body).not.toContain('service="redis"');
  });

  test("are asked of the engine once, for all who ask within five seconds", async () => {
    const { engine, asked } = engineWith(TWO);
    let now = 0;
    const server = createMetricsServer({ stack: "local", engine, log, now: () => now });
    const answers = await Promise.all([server.inject("/metrics"), server.inject("/metrics")]);
    now = 4999;
    answers.push(await server.inject("/metrics"));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(asked).toHaveLength(5);
    now = 5000;
    await server.inject("/metrics");
    expect(asked).toHaveLength(10);
  });

  test("are an error where the engine tells nothing, and asked for again at once", async () => {
    const { engine, asked } = engineWith({ "/containers/json": new Error("gone") });
    const server = createMetricsServer({ stack: "local", engine, log });
    expect((await server.inject("/metrics")).statusCode).toBe(503);
    expect((await server.inject("/metrics")).statusCode).toBe(503);
    expect(asked).toHaveLength(2);
  });

  test("are all that is answered there: nothing of the Docker API", async () => {
    const { engine, asked } = engineWith(TWO);
    const server = createMetricsServer({ stack: "local", engine, log });
    for (const url of ["/containers/json", "/v1.41/containers/json", "/_ping", "/events", "/metrics/.."])
      expect((await server.inject(url)).statusCode).toBe(404);
    expect((await server.inject({ method: "POST", url: "/metrics" })).statusCode).toBe(404);
    expect(asked).toEqual([]);
  });

  test("escape what a label may hold", async () => {
    const { engine } = engineWith({
      ...TWO,
      "/containers/json": [listed("a", "agent-x", { "nasiko.agent": 'a"b\\c\nd' })],
    });
    expect((await metricsOf(engine)).body).toContain(String.raw`agent="a\"b\\c\nd"`);
  });
});
