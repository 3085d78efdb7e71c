import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";
import { startBrowser } from "./support/browser.ts";
import { fakePlatform, say, TRANSLATOR, WEATHER, type FakePlatform } from "./support/fake-platform.ts";
import { attempt, isTooWide, newVisit, type Visit } from "./support/visit.ts";

const image = (name: string): string =>
  new URL(`../../../services/${name}/dist/main.mjs`, import.meta.url).pathname;
/** Where pictures of the page go, for whoever wants to look at it. */
const PICTURES = process.env["NASIKO_TEST_PICTURES"];

let platform: FakePlatform;
let web: ServiceProcess;

beforeAll(async () => {
  platform = await fakePlatform();
  web = await startService(image("nasiko-web"), { GATEWAY_URL: platform.url });
});
afterAll(async () => {
  expect(await web.stop()).toBe(0);
  await platform.stop();
});
const asNew = (): void => {
  platform.agents.clear();
  platform.broken.clear();
  platform.agents.set("translator", TRANSLATOR).set("weather", WEATHER);
};
beforeEach(asNew);

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
/** Unlike `fetch`, this shows what came over the wire. */
async function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const sent = request(`${web.url}${path}`, { headers }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

describe("the server", () => {
  test("sends the page compressed, with a tag by which it is not sent again", async () => {
    const plain = await get("/");
    expect(plain.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      vary: "accept-encoding",
    });
    const brotli = await get("/", { "accept-encoding": "gzip, deflate, br" });
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    const gzip = await get("/", { "accept-encoding": "gzip, br;q=0" });
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
    const again = await get("/", { "accept-encoding": "br", "if-none-match": String(brotli.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(new Set([plain, brotli, gzip].map(({ headers }) => headers.etag)).size).toBe(3);
  });

  test("allows the page nothing but itself", async () => {
    const { headers, body } = await get("/");
    expect(headers["content-security-policy"]).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    );
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(body.toString()).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?:\/\//);
  });

  test("sends modules that a browser understands", async () => {
    const { headers, body } = await get("/assets/main.js");
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(body.toString()).toContain('from "./chat.js"');
    expect((await get("/assets/boot.js")).body.toString()).toContain('import("./main.js")');
    expect(body.toString()).not.toContain(".ts");
  });

  test("hands the page's calls to the gateway, and nothing else", async () => {
    expect(JSON.parse((await get("/status")).body.toString())).toMatchObject({ services_count: 2 });
    expect((await get("/agents/agent-weather/.well-known/agent-card.json")).status).toBe(200);
    for (const path of ["/registry/agents", "/auth/users", "/auth/users/loginas"])
      expect(JSON.parse((await get(path)).body.toString())).toEqual({ message: "not found" });
    expect((await get("/assets/../src/main.ts")).status).toBe(404);
    expect((await get("/assets/%2e%2e/settings.ts")).status).toBe(404);
  });

  test("leads visitors of the gateway's front door to the page", async () => {
    expect(await get("/landing")).toMatchObject({ status: 302, headers: { location: "/app/" } });
  });

  test("says that the gateway is away, and stays healthy itself", async () => {
    await platform.stop();
    try {
      const { status, body } = await get("/status");
      expect([status, JSON.parse(body.toString())]).toEqual([
        503,
        { message: "the gateway does not answer" },
      ]);
      expect((await get("/health")).status).toBe(200);
    } finally {
      await platform.start();
    }
  });
});

describe.each<[string, BrowserContextOptions]>([
  ["desktop", { viewport: { width: 1280, height: 800 } }],
  ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" }],
])("the page on a %s", (device, options) => {
  let router: ServiceProcess;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    browser = await startBrowser();
    router = await startService(image("nasiko-router"), {
      KONG_GATEWAY_URL: platform.url,
      KONG_SERVICE_REGISTRY_URL: `${platform.url}/registry`,
      NASIKO_BACKEND: `${platform.url}/api/v1`,
      CHAT_SERVICE_URL: platform.url,
    });
  });
  afterAll(async () => {
    await browser.close();
    await router.stop();
  });
  const begin = async (): Promise<Visit> => {
    asNew();
    platform.routerUrl = router.url;
    const visit = await newVisit(browser, options);
    ({ page, complaints } = visit);
    return visit;
  };
  const browse = (name: string, body: () => Promise<void>): void => test(name, () => attempt(begin, body));

  const open = (hash = ""): Promise<unknown> => page.goto(`${web.url}/${hash}`);
  const view = (name: string): Promise<void> =>
    page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  const picture = async (name: string): Promise<void> => {
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${device}-${name}.png` });
  };
  const log = (): ReturnType<Page["getByRole"]> => page.getByRole("log");
  const question = (): ReturnType<Page["getByRole"]> => page.getByRole("textbox", { name: "Your question" });

  /** The answer is there as a whole: the next question can be sent. */
  const answered = (): Promise<unknown> =>
    eventually(async () =>
      (await page.getByRole("button", { name: "Send" }).isEnabled()) ? true : undefined,
    );
  const chosen = (agent: string): Promise<unknown> =>
    eventually(async () =>
      (await page.getByLabel("Who answers").inputValue()) === agent ? true : undefined,
    );

  /** Nothing to scroll sideways, nothing that the browser complains about. */
  const isSound = async (): Promise<void> => {
    expect(await isTooWide(page)).toBe(false);
    expect(complaints).toEqual([]);
  };

  browse("asks a question, and shows who answered and why", async () => {
    await open();
    await page.getByRole("button", { name: "translate good morning to french" }).waitFor();
    await picture("welcome");
    await isSound();
    await question().fill("translate good evening to french");
    await question().press("Enter");
    await log().getByText("Bonjour, you said: translate good evening to french").waitFor();
    await log().getByText("Its card fits the request").waitFor();
    await picture("answer");
    await isSound();
  });

  browse("shows what is going on while an agent thinks, and sends nothing twice", async () => {
    const gate = Promise.withResolvers<unknown>();
    platform.agents.set("weather", { ...WEATHER, reply: () => gate.promise });
    await open();
    await question().fill("the forecast please");
    await page.getByRole("button", { name: "Send" }).click();
    await log().getByText("Waiting for Weather.").waitFor();
    expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
    gate.resolve(say("Sun."));
    await log().getByText("Sun.").waitFor();
    await log().getByText("Waiting for Weather.").waitFor({ state: "detached" });
    await answered();
    await isSound();
  });

  browse("talks with the agent that was chosen, whatever the words say", async () => {
    await open();
    await view("Agents");
    await page.getByRole("heading", { name: "Translator" }).waitFor();
    await page.getByText("2 of 2 running").waitFor();
    await picture("agents");
    await isSound();
    await page.getByRole("link", { name: "Talk to Weather" }).click();
    await chosen("weather");
    await question().fill("translate this");
    await question().press("Enter");
    await log().getByText("Rain.").waitFor();
    await isSound();
  });

  browse("keeps conversations, opens them again and deletes them", async () => {
    const text = `forecast for ${device} ${randomUUID().slice(0, 4)}`;
    await open();
    await question().fill(text);
    await question().press("Enter");
    await log().getByText("Rain.").waitFor();
    // The words are shown before the stream of the answer ends; leaving now would cut it.
    await answered();
    await page.reload();
    await view("History");
    await page.getByRole("link", { name: text }).waitFor();
    await picture("history");
    await isSound();
    await page.getByRole("link", { name: text }).click();
    await log().getByText("Rain.").waitFor();
    expect(await log().getByText(text).count()).toBe(1);
    await view("History");
    await page.getByRole("button", { name: `Delete “${text}”` }).click();
    await page.getByRole("link", { name: text }).waitFor({ state: "detached" });
    await isSound();
  });

  browse("shows how the platform is, and what is missing", async () => {
    await open("#/health");
    await page.getByRole("link", { name: "All healthy" }).waitFor();
    await page.getByText("2 agents served, gateway healthy, container engine healthy").waitFor();
    await picture("health");
    await isSound();
    platform.broken.set("status", 500);
    await page.reload();
    await page.getByRole("link", { name: "Service registry down" }).waitFor();
    await picture("trouble");
  });

  browse("works without the router: an agent that was named is asked directly", async () => {
    platform.routerUrl = undefined;
    await open("#/chat/with/translator");
    await chosen("translator");
    await question().fill("good day");
    await question().press("Enter");
    await log().getByText("Bonjour, you said: good day").waitFor();
    await page.getByLabel("Who answers").selectOption("The router chooses");
    await question().fill("and now?");
    await question().press("Enter");
    await log().getByText("The router is not running. Choose an agent.").waitFor();
  });

  browse("shows what agents say as text, never as a page", async () => {
    const nasty = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>";
    platform.agents.set("weather", {
      card: { name: nasty, description: "forecast", skills: [] },
      hash: `v1:${device}`,
      reply: () => say(nasty),
    });
    await open("#/chat/with/weather");
    await chosen("weather");
    await question().fill("forecast");
    await question().press("Enter");
    await log().locator(".message.agent").getByText(nasty).last().waitFor();
    await isSound();
    await view("Agents");
    await page.getByRole("heading", { name: nasty }).waitFor();
    expect(await page.title()).toBe("Agents · Nasiko");
    await isSound();
  });

  browse("tries again when the browser dropped a part of it while loading", async () => {
    let dropped = 0;
    await page.route("**/assets/chat.js", (route) => (dropped++ === 0 ? route.abort() : route.continue()));
    await open();
    await page.getByRole("button", { name: "translate good morning to french" }).waitFor();
    expect(dropped).toBe(2);
  });

  browse("can be used with the keyboard alone", async () => {
    await open();
    await page.getByRole("button", { name: "translate good morning to french" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await question().focus();
    await page.keyboard.type("translate one line");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("and another");
    await page.keyboard.press("Enter");
    await log().getByText("Bonjour, you said: translate one line").waitFor();
    await isSound();
  });
});
