import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type OtlpCollector, startCollector } from "../../support/otlp-collector.ts";
import { startService } from "./support/service-process.ts";
import { fakePlatform, TRANSLATOR, WEATHER, type FakePlatform } from "./support/fake-platform.ts";

const service = (name: string): string =>
  new URL(`../../../services/${name}/src/main.ts`, import.meta.url).pathname;
/** Cards of both agents fit some of it; nothing else says it. */
const PLANTED = "planted-prompt-7c1d";
const PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

let platform: FakePlatform;
let collector: OtlpCollector;
beforeEach(async () => {
  [platform, collector] = await Promise.all([fakePlatform(), startCollector()]);
  platform.agents.set("translator", TRANSLATOR).set("weather", WEATHER);
});
afterEach(async () => {
  await platform.stop();
  await collector.close();
});

/** Asks through router and page server's way of a trace, and gives all that the collector then has, as text. */
async function askedWith(
  environment: Readonly<Record<string, string>>,
  query = `translate ${PLANTED}`,
): Promise<{ readonly answer: string; readonly spans: OtlpCollector["spans"]; readonly output: string }> {
  const router = await startService(service("nasiko-router"), {
    ...{ KONG_GATEWAY_URL: platform.url, KONG_SERVICE_REGISTRY_URL: `${platform.url}/registry` },
    ...{ NASIKO_BACKEND: `${platform.url}/api/v1`, CHAT_SERVICE_URL: platform.url },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: "nasiko-router" },
    ...environment,
  });
  const response = await fetch(`${router.url}/router`, {
    method: "POST",
    headers: { "content-type": "application/json", traceparent: PARENT },
    body: JSON.stringify({ query, agent: "translator" }),
  });
  const answer = await response.text();
  // At its end it sends what it still has.
  expect(await router.stop()).toBe(0);
  return { answer, spans: collector.spans, output: router.output() };
}

const attribute = (spans: OtlpCollector["spans"], span: string, name: string): unknown =>
  spans.find((one) => one.name === span)?.attributes.find(({ key }) => key === name)?.value["stringValue"];

describe("what people ask and are answered", () => {
  test("is on the router's span where the stack says so", async () => {
    const { answer, spans } = await askedWith({ NASIKO_TRACE_CONTENT: "true" });
    expect(attribute(spans, "POST /router", "input.value")).toBe(`translate ${PLANTED}`);
    const said = attribute(spans, "POST /router", "output.value");
    expect(said).toEqual(expect.stringMatching(/\S/));
    expect(answer).toContain(JSON.stringify(said));
  });

  test("is cut at 4 kB, between characters", async () => {
    const { spans } = await askedWith({ NASIKO_TRACE_CONTENT: "true" }, `translate ${"ä".repeat(5000)}`);
    const noted = String(attribute(spans, "POST /router", "input.value"));
    expect(Buffer.byteLength(noted)).toBeLessThanOrEqual(4096);
    expect(noted).toMatch(/^translate ä+$/);
    expect(noted.length).toBeGreaterThan(2000);
  });

  test.each([{}, { NASIKO_TRACE_CONTENT: "false" }, { NASIKO_TRACE_CONTENT: "yes" }])(
    "is in no span and no log with %j",
    async (environment) => {
      const { answer, spans, output } = await askedWith(environment);
      expect(answer).toContain("reply");
      expect(spans.map(({ name }) => name)).toContain("POST /router");
      expect(JSON.stringify(spans) + output).not.toContain(PLANTED);
      expect(JSON.stringify(spans)).not.toMatch(/input\.value|output\.value/);
    },
  );
});
