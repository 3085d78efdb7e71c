import { describe, expect, test } from "vitest";
import { z } from "zod";

import { catalogue } from "../../../../platform/services/catalogue.ts";
import { prometheusConfig } from "../../../../platform/services/prometheus-config.ts";
import { recordingRules } from "../../../../platform/services/prometheus-rules.ts";
import { defaultSettings } from "../../../../platform/settings/defaults.ts";

const Config = z.object({
  scrape_configs: z.array(
    z.looseObject({
      job_name: z.string(),
      static_configs: z.array(z.object({ targets: z.array(z.string()) })),
    }),
  ),
});

const jobsWith = (...services: readonly string[]) =>
  Config.parse(JSON.parse(prometheusConfig((service) => services.includes(service), "/rules.yml")))
    .scrape_configs;

const targetsWith = (...services: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    jobsWith(...services).map(({ job_name: job, static_configs: [targets] }) => [
      job,
      targets?.targets.join() ?? "",
    ]),
  );

describe("what Prometheus reads", () => {
  test("is what is part of the stack", () => {
    expect(targetsWith("prometheus")).toEqual({ prometheus: "prometheus:9090" });
    expect(targetsWith("prometheus", "kong", "docker-proxy-read", "otel-collector")).toEqual({
      prometheus: "prometheus:9090",
      kong: "kong-status:8100",
      containers: "docker-proxy-read:9101",
      services: "otel-collector:8889",
      collector: "otel-collector:8888",
    });
  });

  test("has a limit, and neither labels nor rules' names of its sender's choice", () => {
    for (const job of jobsWith("prometheus", "kong", "docker-proxy-read", "otel-collector")) {
      expect(job).toMatchObject({
        sample_limit: 20_000,
        body_size_limit: "20MB",
        metric_relabel_configs: [{ source_labels: ["__name__"], regex: ".*:.*", action: "drop" }],
      });
      expect(job).not.toHaveProperty("honor_labels");
    }
  });
});

test("rules record what is promised, and take requests from the gateway alone", () => {
  const { groups } = z
    .object({
      groups: z.array(z.object({ rules: z.array(z.object({ record: z.string(), expr: z.string() })) })),
    })
    .parse(JSON.parse(recordingRules()));
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.map(({ record }) => record)).toEqual(
    expect.arrayContaining([
      "agent:requests:rate5m",
      "agent:request_errors:ratio5m",
      "agent:request_duration_milliseconds:p50_5m",
      "agent:request_duration_milliseconds:p95_5m",
      "agent:request_duration_milliseconds:p99_5m",
    ]),
  );
  const selected = rules.flatMap(({ expr }) => [...expr.matchAll(/\bkong_\w+(\{[^}]*\})?/g)]);
  expect(selected).not.toEqual([]);
  for (const [, labels] of selected) expect(labels).toBe('{job="kong",service=~"agent-.+"}');
});

describe("the filter before the Docker socket", () => {
  const proxy = (hasPrometheus: boolean) =>
    catalogue(defaultSettings(), (service) => service !== "prometheus" || hasPrometheus).find(
      ({ name }) => name === "docker-proxy-read",
    );

  test("stands where figures are read, its Docker API on the control network alone", () => {
    expect(proxy(true)).toMatchObject({
      networks: ["control", "app"],
      aliases: { control: ["docker-api-read"] },
      env: { HOST: "docker-api-read", NASIKO_METRICS_PORT: "9101" },
    });
  });

  test("stands nowhere else where nobody reads them", () => {
    expect(proxy(false)?.networks).toEqual(["control"]);
    expect(proxy(false)?.env).not.toHaveProperty("NASIKO_METRICS_PORT");
  });
});
