import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeDocker, type FakeDocker } from "./support/fake-docker.ts";
import { fakeKong, type FakeKong } from "./support/fake-kong.ts";
import { answer, fakeServer, type FakeServer } from "./support/fake-server.ts";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";

const TOKEN = "token-of-the-operator";
const MAIN = new URL("../../../services/service-registry/src/main.ts", import.meta.url).pathname;
const STACK = "guards-test";

let docker: FakeDocker;
let kong: FakeKong;
let agent: FakeServer;
let registry: ServiceProcess | undefined;

const start = async (mode: "simple" | "enterprise"): Promise<void> => {
  registry = await startService(MAIN, {
    DOCKER_HOST: docker.url.replace("http:", "tcp:"),
    KONG_ADMIN_URL: kong.url,
    NASIKO_STACK: STACK,
    GATEWAY_CORS_ORIGINS: "http://127.0.0.1:9100",
    NASIKO_REGISTRY_TOKEN: TOKEN,
    KONG_BACKEND_HOST: "nasiko-backend",
    KONG_AUTH_HOST: "nasiko-auth-service",
    REGISTRY_INTERVAL: "600",
    AUTH_MODE: mode,
  });
};
const stop = async (): Promise<void> => {
  await registry?.stop();
  registry = undefined;
};

beforeEach(async () => {
  docker = await fakeDocker(STACK);
  kong = await fakeKong();
  agent = await fakeServer((_, response) => answer(response, 200, { name: "An agent" }), "127.0.0.2");
  docker.set({
    id: "c1",
    name: new URL(agent.url).hostname,
    agent: "translator",
    hash: "v1:1",
    port: Number(new URL(agent.url).port),
    created: 1,
    running: true,
  });
});
afterEach(async () => {
  await stop();
  for (const server of [agent, docker, kong]) await server.stop();
});

const routes = (): readonly string[] =>
  kong
    .all("routes")
    .map(({ name }) => String(name))
    .toSorted();
/** Names of the plugins on the service of a route. */
function guardsOf(route: string): readonly string[] {
  const { service } = kong.all("routes").find(({ name }) => name === route) ?? {};
  const { id } = (service ?? {}) as { readonly id?: string };
  return kong
    .all("plugins")
    .filter((plugin) => (plugin["service"] as { readonly id: string }).id === id)
    .map(({ name }) => String(name))
    .toSorted();
}
const GUARDED = ["acl", "cors", "ip-restriction", "jwt", "request-transformer"];
/** Besides, an agent's answers do not speak for the gateway's origin. */
const GUARDED_AGENT = ["acl", "cors", "jwt", "request-transformer", "response-transformer"];
const AGENT_IN_SIMPLE = ["cors", "request-transformer", "response-transformer"];
const ALL = ["agent-translator-route", "auth-login-route", "auth-route", "backend-api-proxy-route"];
const areAll = (): Promise<unknown> => eventually(() => (routes().length === ALL.length ? true : undefined));

describe("in mode enterprise", () => {
  test("no route is there without its guards, not even for a moment", async () => {
    await start("enterprise");
    await areAll();
    expect(routes()).toEqual(ALL);
    expect(guardsOf("backend-api-proxy-route")).toEqual(GUARDED);
    expect(guardsOf("agent-translator-route")).toEqual(GUARDED_AGENT);
    for (const { id, service } of kong.all("routes")) {
      const opened = kong.writes.indexOf(`PUT routes/${String(id)}`);
      const plugins = kong
        .all("plugins")
        .filter((plugin) => JSON.stringify(plugin["service"]) === JSON.stringify(service));
      for (const plugin of plugins)
        expect(kong.writes.indexOf(`PUT plugins/${String(plugin["id"])}`)).toBeLessThan(opened);
    }
  });

  test("what cannot be guarded is not served", async () => {
    kong.refuses = "plugins";
    await start("enterprise");
    await eventually(() => (kong.all("services").length === ALL.length ? true : undefined));
    expect(routes()).toEqual([]);
    kong.refuses = undefined;
    await areAll();
  });

  test("a guard that somebody takes away comes back, and its route is away until then", async () => {
    await start("enterprise");
    await areAll();
    const jwt = kong.all("plugins").find(({ name }) => name === "jwt");
    kong.refuses = "plugins";
    await fetch(`${kong.url}/plugins/${String(jwt?.["id"])}`, { method: "DELETE" });
    // Nobody can put it back: so the route goes.
    await eventually(() => (routes().length === ALL.length - 1 ? true : undefined));
    kong.refuses = undefined;
    await areAll();
    expect(guardsOf("backend-api-proxy-route")).toEqual(GUARDED);
    expect(guardsOf("agent-translator-route")).toEqual(GUARDED_AGENT);
  });

  test("routes from the time of mode simple are guarded, and lose their guards and /auth with it", async () => {
    await start("simple");
    await eventually(() => (routes().length === 2 ? true : undefined));
    expect(guardsOf("backend-api-proxy-route")).toEqual(["cors", "ip-restriction"]);
    await stop();
    const before = kong.writes.length;
    await start("enterprise");
    await areAll();
    expect(guardsOf("backend-api-proxy-route")).toEqual(GUARDED);
    expect(guardsOf("agent-translator-route")).toEqual(GUARDED_AGENT);
    // Both were open, and went before anything else was done.
    const [first, second, third] = kong.writes.slice(before);
    expect([first, second]).toEqual([
      expect.stringMatching(/^DELETE routes/),
      expect.stringMatching(/^DELETE routes/),
    ]);
    expect(third).toMatch(/^PUT/);
    await stop();
    await start("simple");
    await eventually(() => (routes().length === 2 ? true : undefined));
    await eventually(() =>
      guardsOf("agent-translator-route").length === AGENT_IN_SIMPLE.length ? true : undefined,
    );
    expect(guardsOf("agent-translator-route")).toEqual(AGENT_IN_SIMPLE);
    expect(kong.all("services").map(({ name }) => name)).not.toContain("auth");
  });

  test("what Kong started with stays until no route is open that should not be, and is another mode's to take away", async () => {
    const closed = (mode: string): void =>
      kong.plant("plugins", {
        ...{ id: "3f2b9c52-2f0e-4f0a-9a43-0f6d5f6c7a10", name: "request-termination" },
        tags: ["nasiko", `nasiko-stack-${STACK}`, `nasiko-closed-${mode}`],
      });
    const isClosed = (): boolean => kong.all("plugins").some(({ name }) => name === "request-termination");
    await start("simple");
    await eventually(() => (routes().length === 2 ? true : undefined));
    // Kong is replaced for another mode: this registry goes on writing, and opens nothing.
    closed("enterprise");
    await sleep(2500);
    expect(isClosed()).toBe(true);
    await stop();
    kong.refuses = "plugins";
    const before = kong.writes.length;
    await start("enterprise");
    await eventually(() => (isClosed() ? undefined : true));
    const writes = kong.writes.slice(before);
    const opened = writes.indexOf("DELETE plugins/3f2b9c52-2f0e-4f0a-9a43-0f6d5f6c7a10");
    const closings = writes.flatMap((write, index) => (write.startsWith("DELETE routes") ? [index] : []));
    expect(closings).toHaveLength(2);
    for (const closing of closings) expect(closing).toBeLessThan(opened);
    expect(routes()).toEqual([]);
    // A restart of Kong closes everything again, and the registry notices by itself.
    kong.refuses = undefined;
    await areAll();
    closed("enterprise");
    await eventually(() => (isClosed() ? undefined : true));
  });

  test("routes from the time of mode simple are closed also while no engine says which containers there are", async () => {
    await start("simple");
    await eventually(() => (routes().length === 2 ? true : undefined));
    await stop();
    await docker.stop();
    kong.refuses = "plugins";
    await start("enterprise");
    await eventually(() => (routes().length === 0 ? true : undefined));
  });
});
