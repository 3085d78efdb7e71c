import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type OtlpCollector, type ReceivedSpan, startCollector } from "../../support/otlp-collector.ts";
import { startBrowser } from "./support/browser.ts";
import { fakePlatform, TRANSLATOR, WEATHER, type FakePlatform } from "./support/fake-platform.ts";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";
import { attempt, newVisit } from "./support/visit.ts";

const image = (name: string): string =>
  new URL(`../../../services/${name}/dist/main.mjs`, import.meta.url).pathname;
const QUESTION = "translate good evening to french, planted-question-3a9f";

let platform: FakePlatform;
let collector: OtlpCollector;
let browser: Browser;
let router: ServiceProcess;

beforeAll(async () => {
  [platform, collector, browser] = await Promise.all([fakePlatform(), startCollector(), startBrowser()]);
  platform.agents.set("translator", TRANSLATOR).set("weather", WEATHER);
  router = await startService(image("nasiko-router"), {
    ...{ KONG_GATEWAY_URL: platform.url, KONG_SERVICE_REGISTRY_URL: `${platform.url}/registry` },
    ...{ NASIKO_BACKEND: `${platform.url}/api/v1`, CHAT_SERVICE_URL: platform.url },
  });
  platform.routerUrl = router.url;
});
afterAll(async () => {
  await browser.close();
  await router.stop();
  await platform.stop();
  await collector.close();
});

const attributeOf = (span: ReceivedSpan, name: string): unknown =>
  span.attributes.find(({ key }) => key === name)?.value["stringValue"];

/** Asks twice, and gives the paths that the browser called. */
async function asked(web: ServiceProcess): Promise<readonly string[]> {
  let paths: string[] = [];
  await attempt(
    () => newVisit(browser, {}),
    async ({ page, complaints }) => {
      paths = [];
      page.on("request", (request) => paths.push(new URL(request.url()).pathname));
      await page.goto(`${web.url}/`);
      // What comes with the list of agents: the ids of the first trace.
      await page.getByRole("button", { name: "translate good morning to french" }).waitFor();
      await eventually(() => (paths.includes("/telemetry/traces") ? true : undefined));
      await page.waitForLoadState("networkidle");
      for (const count of [1, 2]) {
        await page.getByRole("textbox", { name: "Your question" }).fill(QUESTION);
        await page.getByRole("textbox", { name: "Your question" }).press("Enter");
        await page
          .getByRole("log")
          .getByText(`Bonjour, you said: ${QUESTION}`)
          .nth(count - 1)
          .waitFor();
        await eventually(async () =>
          (await page.getByRole("button", { name: "Send" }).isEnabled()) ? true : undefined,
        );
        await page.waitForLoadState("networkidle");
      }
      expect(complaints).toEqual([]);
    },
  );
  return paths;
}

describe("a question on the page", () => {
  test("begins its trace in the browser, and the page's server goes on with it", async () => {
    const web = await startService(image("nasiko-web"), {
      ...{ GATEWAY_URL: platform.url, OTEL_SERVICE_NAME: "nasiko-web" },
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    await asked(web);
    // At its end it sends what it still has.
    expect(await web.stop()).toBe(0);
    const pages = collector.spans.filter((span) => attributeOf(span, "service.name") === "nasiko-page");
    expect(pages.map(({ name }) => name)).toEqual(["chat", "chat"]);
    expect(new Set(pages.map(({ traceId }) => traceId)).size).toBe(2);
    for (const { traceId, spanId, parentSpanId = "", status } of pages) {
      expect([parentSpanId, status.code ?? 0]).toEqual(["", 0]);
      const below = collector.spans.filter(
        (span) => span.traceId === traceId && span.parentSpanId === spanId,
      );
      expect(below.map((span) => attributeOf(span, "service.name"))).toEqual(["nasiko-web"]);
      expect(below[0]?.name).toMatch(/^POST \/router/);
    }
    // How the page tells of its traces is none itself, and what was asked stays with who asked.
    expect(collector.spans.filter(({ name }) => name.includes("telemetry"))).toEqual([]);
    expect(JSON.stringify(collector.spans) + web.output()).not.toContain("planted-question");
  });

  test("leaves no trace where nobody takes any, and the page does not go on asking", async () => {
    const before = collector.spans.length;
    const web = await startService(image("nasiko-web"), { GATEWAY_URL: platform.url });
    const paths = await asked(web);
    expect(await web.stop()).toBe(0);
    expect(paths.filter((path) => path.startsWith("/telemetry"))).toEqual(["/telemetry/traces"]);
    expect(collector.spans).toHaveLength(before);
  });
});
