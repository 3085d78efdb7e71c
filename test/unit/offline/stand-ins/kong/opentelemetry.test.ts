import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { HeaderList } from "../../../../../offline/stand-ins/kong/src/http/header-list.ts";
import { pluginKinds } from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { planRequest, type Plan } from "../../../../../offline/stand-ins/kong/src/proxy/plan.ts";
import { buildSnapshot } from "../../../../../offline/stand-ins/kong/src/proxy/snapshot.ts";
import { type OtlpCollector, startCollector } from "../../../../support/otlp-collector.ts";
import { examplePlugin, exampleRoute, exampleService, stored } from "./examples.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";

let collector: OtlpCollector;

beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => {
  await collector.close();
});

/** What becomes of a request that carries this header. @param spans what KONG_TRACING_INSTRUMENTATIONS says */
function planOf(
  traceparent: string | undefined,
  { spans = true, others = [] as readonly Readonly<Record<string, unknown>>[] } = {},
): Plan {
  const kinds = pluginKinds(() => 0, { spans, rate: 0 });
  const service = exampleService({ name: "agent-a" });
  const route = exampleRoute({ name: "agent-a-route", paths: ["/"], service: { id: service.id } });
  const config = {
    traces_endpoint: `${collector.url}/v1/traces`,
    sampling_rate: 1,
    http_response_header_for_traceid: "X-Trace-Id",
    resource_attributes: { "service.name": "gateway" },
  };
  const plugins = [{ name: "opentelemetry", config }, ...others].map((each) => examplePlugin(kinds, each));
  const snapshot = buildSnapshot(stored({ services: [service], routes: [route], plugins }), kinds);
  return planRequest(snapshot, {
    ...{ method: "GET", target: "/x?secret=1", httpVersion: "1.1", clientAddress: "10.0.0.9" },
    rawHeaders: ["Host", "h", ...(traceparent === undefined ? [] : ["traceparent", traceparent])],
    ...{ localPort: 8000, secure: false, requestId: "r" },
  });
}

const sentOn = (plan: Plan): string | undefined =>
  plan.kind === "forward" ? plan.headers.get("traceparent") : undefined;
const answered = (plan: Plan): HeaderList => {
  const headers = new HeaderList();
  plan.finish(headers);
  return headers;
};

describe("the plugin opentelemetry", () => {
  test("is a part of the trace that a request belongs to, and passes it on", async () => {
    const plan = planOf(`00-${TRACE}-${CALLER}-01`);
    plan.ended({
      ...{ status: 502, forwarded: true, source: "service" },
      latencies: { request: 3, upstream: 2, kong: 1 },
    });
    await vi.waitFor(() => expect(collector.spans).toHaveLength(2), { timeout: 30_000 });
    const balancer = collector.spans.find(({ name }) => name === "kong.balancer");
    const root = collector.spans.find(({ name }) => name === "kong");
    expect(root).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2, status: { code: 2 } });
    expect(balancer).toMatchObject({ traceId: TRACE, parentSpanId: root?.spanId, kind: 3 });
    expect(sentOn(plan)).toBe(`00-${TRACE}-${balancer?.spanId ?? ""}-01`);
    expect(answered(plan).get("X-Trace-Id")).toBe(TRACE);
    expect(collector.resource()).toContain("gateway");
    expect(JSON.stringify(collector.spans)).not.toContain("secret");
  });

  test("begins one for whoever comes without, or with nonsense", () => {
    for (const header of [undefined, "00-0-0-01", `00-${"0".repeat(32)}-${CALLER}-01`]) {
      const plan = planOf(header);
      const [, trace] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(sentOn(plan) ?? "") ?? [];
      expect(trace).toBeDefined();
      expect(answered(plan).get("X-Trace-Id")).toBe(trace);
    }
  });

  test("follows what is answered before a service is asked, too", () => {
    const others = [{ name: "request-termination", config: { status_code: 403 } }];
    const plan = planOf(undefined, { others });
    expect(plan.kind).toBe("answer");
    expect(answered(plan).get("X-Trace-Id")).toMatch(/^[0-9a-f]{32}$/);
  });

  test("leaves a trace as it is that nobody records, and has none of its own while Kong traces nothing", () => {
    expect(sentOn(planOf(`00-${TRACE}-${CALLER}-00`))).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(sentOn(planOf(`00-${TRACE}-${CALLER}-01`, { spans: false }))).toBe(`00-${TRACE}-${CALLER}-01`);
  });

  test.each([{}, { traces_endpoint: "nowhere" }, { traces_endpoint: "http://a", sampling_rate: 2 }])(
    "is not set up with %j",
    (config) => {
      expect(
        pluginKinds(() => 0)
          .get("opentelemetry")
          ?.config.parse(config).ok,
      ).toBe(false);
    },
  );
});
