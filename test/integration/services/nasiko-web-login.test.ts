import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";
import { startBrowser } from "./support/browser.ts";
import { fakePlatform, TRANSLATOR, WEATHER, type FakePlatform } from "./support/fake-platform.ts";
import { attempt, isTooWide, newVisit, type Visit } from "./support/visit.ts";

const WEB = new URL("../../../services/nasiko-web/dist/main.mjs", import.meta.url).pathname;
/** Where pictures of the page go, for whoever wants to look at it. */
const PICTURES = process.env["NASIKO_TEST_PICTURES"];
const KEY = "NSK-ada";
const SECRET = "correct horse battery staple";
const NAME = "ada.lovelace";
/** What the page asks before it knows that it has to log in. */
const FIRST = ["/agents", "/api/v1/chat/session/list", "/api/v1/healthcheck", "/router/health", "/status"];

let platform: FakePlatform;
let web: ServiceProcess;
let browser: Browser;
beforeAll(async () => {
  platform = await fakePlatform();
  web = await startService(WEB, { GATEWAY_URL: platform.url });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await web.stop();
  await platform.stop();
});

describe.each<[string, BrowserContextOptions]>([
  ["desktop", { viewport: { width: 1280, height: 800 } }],
  ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" }],
])("logging in on a %s", (device, options) => {
  let page: Page;
  let complaints: readonly string[];
  /** Index of the first call of this visit. */
  let start = 0;

  const browse = (mode: "simple" | "enterprise", name: string, body: () => Promise<void>): void =>
    test(`${mode}: ${name}`, () => {
      const begin = async (): Promise<Visit> => {
        platform.agents.clear();
        platform.agents.set("translator", TRANSLATOR).set("weather", WEATHER);
        platform.access.users.clear();
        platform.access.tokens.clear();
        if (mode === "enterprise") platform.access.users.set(KEY, { username: NAME, secret: SECRET });
        start = platform.seen.length;
        const visit = await newVisit(browser, options);
        ({ page, complaints } = visit);
        return visit;
      };
      return attempt(begin, body);
    });

  const open = (hash = ""): Promise<unknown> => page.goto(`${web.url}/${hash}`);
  const form = (): ReturnType<Page["getByRole"]> => page.getByRole("form", { name: "Log in" });
  const views = (): ReturnType<Page["getByRole"]> => page.getByRole("navigation", { name: "Views" });
  const logOut = (): ReturnType<Page["getByRole"]> => page.getByRole("button", { name: "Log out" });
  const picture = async (name: string): Promise<void> => {
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${device}-${name}.png` });
  };
  const logIn = async (secret: string): Promise<void> => {
    await page.getByLabel("Access key").fill(KEY);
    await page.getByLabel("Access secret").fill(secret);
    await page.getByLabel("Access secret").press("Enter");
  };
  const listsAgents = async (): Promise<void> => {
    await page.getByRole("heading", { name: "Translator" }).waitFor();
    await page.getByText("2 of 2 running").waitFor();
  };
  const kept = (store: "localStorage" | "sessionStorage"): Promise<string> =>
    page.evaluate<string>(`JSON.stringify(${store})`);
  /** Chromium reports each refusal, and these tests are about them; nor is there a router. */
  const isSound = async (): Promise<void> => {
    expect(await isTooWide(page)).toBe(false);
    expect(complaints.filter((text) => !/ a status of (?:401|404) /.test(text))).toEqual([]);
  };
  const calls = (): FakePlatform["seen"] => platform.seen.slice(start);
  const asNobody = (): readonly string[] =>
    calls()
      .filter(({ authorization }) => authorization === "Bearer local")
      .map(({ path }) => path);
  const allRefused = (): Promise<unknown> =>
    eventually(() => Promise.resolve(asNobody().length === FIRST.length ? true : undefined));

  browse("simple", "nothing of it is seen, and nothing of it is asked", async () => {
    await open("#/agents");
    await listsAgents();
    await page.getByRole("link", { name: "Limited" }).waitFor();
    expect(await form().count()).toBe(0);
    expect(await logOut().count()).toBe(0);
    expect(await page.locator("#account").isVisible()).toBe(false);
    expect(await kept("sessionStorage")).not.toContain("nasiko-login");
    const seen = calls();
    expect(seen.some(({ path }) => path.startsWith("/auth"))).toBe(false);
    expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer local"]));
    expect(complaints.filter((text) => text.includes("401"))).toEqual([]);
    await isSound();
  });

  browse("enterprise", "asks who it is, and says when the secret is wrong", async () => {
    await open("#/agents");
    await form().waitFor();
    await eventually(async () =>
      (await page.evaluate("document.activeElement.labels?.[0]?.textContent")) === "Access key"
        ? true
        : undefined,
    );
    expect(await views().count()).toBe(0);
    await picture("login");
    await isSound();
    await logIn("wrong");
    await page.getByRole("alert").getByText("The access key or the access secret is wrong.").waitFor();
    await picture("login-wrong");
    await isSound();
    expect(await logOut().count()).toBe(0);
    expect(await kept("sessionStorage")).not.toContain("nasiko-login");
    // The form leaves the platform in peace, which has refused what nobody may know.
    await allRefused();
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await logIn(SECRET);
    await listsAgents();
    expect(asNobody().toSorted()).toEqual(FIRST);
  });

  browse("enterprise", "shows the agents, and everything else, to who is logged in", async () => {
    await open("#/agents");
    await form().waitFor();
    await allRefused();
    const asked = calls().length;
    await logIn(SECRET);
    await listsAgents();
    expect(await form().count()).toBe(0);
    await page.getByText(NAME).waitFor();
    await page.getByRole("link", { name: "Limited" }).waitFor();
    await picture("logged-in");
    expect(await isTooWide(page)).toBe(false);
    await views().getByRole("link", { name: "History" }).click();
    await page.getByText("No conversations yet.").waitFor();
    const [token = ""] = platform.access.tokens;
    expect(token).not.toBe("");
    const [login, ...others] = calls().slice(asked);
    expect(login).toMatchObject({ path: "/auth/users/login", authorization: undefined });
    expect(new Set(others.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${token}`]));
    for (const prefix of ["/agents", "/status", "/api/v1/chat/", "/router"])
      expect(others.map(({ path }) => path)).toContainEqual(expect.stringMatching(`^${prefix}`));
    // Cards come from the registry: no agent sees who looks at it.
    expect(others.filter(({ path }) => path.startsWith("/agents/agent-"))).toEqual([]);
    expect(await kept("sessionStorage")).toContain(token);
    expect(await kept("localStorage")).toBe("{}");
    expect(await page.context().cookies()).toEqual([]);
    expect(JSON.stringify(calls().map(({ path }) => path)) + page.url()).not.toContain(token);
    expect(await page.content()).not.toContain(token);
    expect(await kept("sessionStorage")).not.toContain(SECRET);
  });

  browse("enterprise", "stays through a reload, and ends with the log-out", async () => {
    await open("#/agents");
    await logIn(SECRET);
    await listsAgents();
    const before = calls().filter(({ path }) => path.startsWith("/auth")).length;
    await page.reload();
    await listsAgents();
    expect(calls().filter(({ path }) => path.startsWith("/auth"))).toHaveLength(before);
    await logOut().click();
    await form().waitFor();
    expect(await page.getByText(NAME).count()).toBe(0);
    expect(await page.getByRole("heading", { name: "Translator" }).count()).toBe(0);
    expect(await kept("sessionStorage")).not.toContain("nasiko-login");
    await page.reload();
    await form().waitFor();
    await isSound();
  });

  browse("enterprise", "goes back to the form when the token is refused", async () => {
    await open("#/chat");
    await logIn(SECRET);
    await page.getByRole("button", { name: "translate good morning to french" }).waitFor();
    platform.access.tokens.clear();
    await page.getByRole("textbox", { name: "Your question" }).fill("translate this");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Your login is no longer valid. Log in again to go on.").waitFor();
    expect(await kept("sessionStorage")).not.toContain("nasiko-login");
    await logIn(SECRET);
    await page.getByRole("button", { name: "translate good morning to french" }).waitFor();
    expect(await page.getByText("translate this").count()).toBe(0);
  });
});
