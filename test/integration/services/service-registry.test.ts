import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeDocker, type FakeContainer, type FakeDocker } from "./support/fake-docker.ts";
import { fakeKong, type FakeKong } from "./support/fake-kong.ts";
import { answer, fakeServer, type FakeServer } from "./support/fake-server.ts";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";

const TOKEN = "token-of-the-operator";
const OPERATOR = { authorization: `Bearer ${TOKEN}` };
const MAIN = new URL("../../../services/service-registry/src/main.ts", import.meta.url).pathname;
const STACK = "registry-test";

interface AgentView {
  readonly agent: string;
  readonly served: { readonly container: string; readonly hash: string; readonly url_path: string } | null;
  readonly candidates: readonly {
    readonly container: string;
    readonly state: string;
    readonly reason: string;
  }[];
}
interface StatusView {
  readonly status: string;
  readonly kong_status: string;
  readonly docker_status: string;
  readonly services_count: number;
  readonly last_sync: string | null;
  readonly problems: readonly string[];
}

let docker: FakeDocker;
let kong: FakeKong;
let registry: ServiceProcess;
let agents: FakeServer[];

const start = (over: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> =>
  startService(MAIN, {
    DOCKER_HOST: docker.url.replace("http:", "tcp:"),
    KONG_ADMIN_URL: kong.url,
    NASIKO_STACK: STACK,
    GATEWAY_CORS_ORIGINS: "http://127.0.0.1:9100",
    NASIKO_REGISTRY_TOKEN: TOKEN,
    // Long, so that what the tests see comes from events and not from the next resync.
    REGISTRY_INTERVAL: "600",
    ...over,
  });

beforeEach(async () => {
  agents = [];
  docker = await fakeDocker(STACK);
  kong = await fakeKong();
  registry = await start();
});

afterEach(async () => {
  const code = await registry.stop();
  for (const server of [...agents, docker, kong]) await server.stop();
  expect(code).toBe(0);
});

const get = async <T>(path: string): Promise<T> =>
  (await (await fetch(`${registry.url}${path}`, { headers: OPERATOR })).json()) as T;
const agentView = (name: string): Promise<AgentView> => get<AgentView>(`/agents/${name}`);
const status = (): Promise<StatusView> => get<StatusView>("/status");

/** An agent process at an address of its own; `path` is where it has its card. */
async function agentAt(host: string, path = "/.well-known/agent-card.json"): Promise<FakeServer> {
  const server = await fakeServer(
    (request, response) =>
      request.url === path ? answer(response, 200, { name: "An agent" }) : answer(response, 404, {}),
    host,
  );
  agents.push(server);
  return server;
}

const containerOf = (
  server: FakeServer,
  version: number,
  over: Partial<FakeContainer> = {},
): FakeContainer => ({
  id: `c${version}`,
  name: new URL(server.url).hostname,
  agent: "translator",
  hash: `v1:${version}`,
  port: server.port,
  created: version,
  ...over,
});

const servedHash = (hash: string | null, agent = "translator"): Promise<AgentView> =>
  eventually(async () => {
    const view = await agentView(agent);
    return (view.served?.hash ?? null) === hash && view.candidates.length > 0 ? view : undefined;
  });
const isHealthy = (): Promise<StatusView> =>
  eventually(async () => {
    const view = await status();
    return view.status === "healthy" ? view : undefined;
  });
const hosts = (): readonly unknown[] => kong.all("services").map(({ host }) => host);

describe("an agent", () => {
  test("is routed when its card can be fetched, and said to be served only after Kong has taken it", async () => {
    const server = await agentAt("127.0.0.2");
    docker.set(containerOf(server, 1));
    const view = await servedHash("v1:1");
    expect(view.served).toMatchObject({ container: "127.0.0.2", url_path: "/agents/agent-translator" });
    expect(view.candidates).toEqual([
      { container: "127.0.0.2", hash: "v1:1", state: "admitted", reason: "its agent card can be fetched" },
    ]);
    expect(kong.writes.map((write) => write.replace(/\/.*/, ""))).toEqual([
      "PUT services",
      "PUT plugins",
      "PUT plugins",
      "PUT plugins",
      "PUT routes",
    ]);
    expect(kong.all("plugins").map(({ name }) => name)).toEqual([
      "cors",
      "request-transformer",
      "response-transformer",
    ]);
    expect(kong.all("services")).toMatchObject([
      { name: "agent-translator", host: "127.0.0.2", port: server.port, read_timeout: 300_000 },
    ]);
    expect(kong.all("routes")).toMatchObject([
      { name: "agent-translator-route", paths: ["~/agents/agent-translator(?=/|$)"], strip_path: true },
    ]);
    expect(await get("/services")).toEqual({ services: ["agent-translator"] });
    expect(await get("/agents")).toEqual({ agents: [await agentView("translator")] });
  });

  test("is routed with the card of A2A before 0.3 too", async () => {
    docker.set(containerOf(await agentAt("127.0.0.2", "/.well-known/agent.json"), 1));
    await servedHash("v1:1");
  });

  test("is not routed as long as it does not answer, and soon after it does", async () => {
    const server = await agentAt("127.0.0.2");
    await server.stop();
    docker.set(containerOf(server, 1));
    const waiting = await eventually(async () => {
      const view = await agentView("translator");
      return view.candidates[0]?.reason.includes("does not answer") === true ? view : undefined;
    });
    expect(waiting).toMatchObject({ served: null, candidates: [{ state: "pending" }] });
    expect(kong.writes).toEqual([]);
    await server.start();
    await servedHash("v1:1");
  });

  test("without a card is never routed", async () => {
    docker.set(containerOf(await agentAt("127.0.0.2", "/elsewhere"), 1));
    const reason = await eventually(async () => {
      const [candidate] = (await agentView("translator")).candidates;
      return candidate?.reason.includes("has no card") === true ? candidate.reason : undefined;
    });
    expect(reason).toContain("/.well-known/");
    expect(kong.writes).toEqual([]);
  });

  test("nobody has heard of is a 404 in the usual form", async () => {
    const response = await fetch(`${registry.url}/agents/unknown`, { headers: OPERATOR });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ agent: "unknown", served: null, candidates: [] });
  });
});

describe("a new version", () => {
  test("takes over when it answers, in one write, and falls back when it dies", async () => {
    const first = containerOf(await agentAt("127.0.0.2"), 1);
    docker.set(first);
    await servedHash("v1:1");
    const next = await agentAt("127.0.0.3");
    await next.stop();
    docker.set(containerOf(next, 2));
    await eventually(async () => (await agentView("translator")).candidates.length === 2 || undefined);
    expect(hosts()).toEqual(["127.0.0.2"]);

    const before = kong.writes.length;
    await next.start();
    await servedHash("v1:2");
    expect(hosts()).toEqual(["127.0.0.3"]);
    expect(kong.writes.length - before).toBe(1);

    docker.set({ ...containerOf(next, 2), running: false }, "die");
    await servedHash("v1:1");
    expect(hosts()).toEqual(["127.0.0.2"]);
  });

  test("that dies gives way at once, although Docker's list still says that it runs", async () => {
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    const next = await agentAt("127.0.0.3");
    docker.set(containerOf(next, 2));
    await servedHash("v1:2");
    await next.stop();
    docker.frozen = true;
    docker.set({ ...containerOf(next, 2), running: false }, "die");
    await servedHash("v1:1");
    expect((await agentView("translator")).candidates[0]?.state).toBe("stopped");
    docker.frozen = false;
  });

  test("that becomes unhealthy is asked at once and replaced by the older one", async () => {
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    const next = await agentAt("127.0.0.3");
    docker.set(containerOf(next, 2));
    await servedHash("v1:2");
    await next.stop();
    docker.set(containerOf(next, 2), "health_status: unhealthy");
    await servedHash("v1:1");
  });

  test("stays when the registry restarts and hears the older version first", async () => {
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    const next = await agentAt("127.0.0.3");
    docker.set(containerOf(next, 2));
    await servedHash("v1:2");
    await registry.stop();
    await next.stop();
    const before = kong.writes.length;
    registry = await start();
    await eventually(async () => {
      const states = (await agentView("translator")).candidates.map(({ state }) => state);
      return states.join() === "pending,admitted" || undefined;
    });
    await next.start();
    await servedHash("v1:2");
    expect(kong.writes.length).toBe(before);
  });
});

describe("an agent that is removed", () => {
  test("loses its entities, and nobody else does", async () => {
    kong.plant("services", {
      id: "00000000-0000-4000-8000-000000000001",
      name: "mine",
      host: "x",
      tags: null,
    });
    kong.plant("routes", {
      id: "00000000-0000-4000-8000-000000000002",
      name: "mine",
      service: { id: "00000000-0000-4000-8000-000000000001" },
      tags: ["nasiko"],
    });
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    await servedHash("v1:1");
    docker.remove("c1");
    await eventually(() => (kong.all("services").length === 1 ? true : undefined));
    expect([...kong.all("services"), ...kong.all("routes")].map(({ name }) => name)).toEqual([
      "mine",
      "mine",
    ]);
    expect((await fetch(`${registry.url}/agents/translator`, { headers: OPERATOR })).status).toBe(404);
  });
});

describe("a name that is taken in Kong", () => {
  test("is left to whom it belongs, and reported", async () => {
    const id = "00000000-0000-4000-8000-000000000001";
    kong.plant("services", { id, name: "agent-translator", host: "elsewhere" });
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    const view = await eventually(async () => {
      const found = await status();
      return found.problems.length > 0 ? found : undefined;
    });
    expect(view.problems).toEqual([expect.stringContaining("services/agent-translator")]);
    expect(hosts()).toEqual(["elsewhere"]);
    expect((await agentView("translator")).served).toBeNull();
  });
});

describe("Kong", () => {
  test("that comes back empty gets everything again, without an event", async () => {
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    await servedHash("v1:1");
    await kong.stop();
    kong.clear();
    // It cannot be known to serve anything while it does not answer.
    await servedHash(null);
    expect(await status()).toMatchObject({ status: "degraded", kong_status: "unreachable" });
    expect((await fetch(`${registry.url}/status`, { headers: OPERATOR })).status).toBe(503);
    await kong.start();
    await servedHash("v1:1");
    expect(hosts()).toEqual(["127.0.0.2"]);
    expect(await isHealthy()).toMatchObject({ services_count: 1, kong_status: "healthy" });
  });

  test("that cannot set the plugin gets no route: nothing is left open", async () => {
    kong.refuses = "plugins";
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    const view = await eventually(async () => {
      const found = await status();
      return found.problems.length > 0 ? found : undefined;
    });
    expect(view.problems).toEqual([expect.stringContaining("schema violation")]);
    expect(kong.all("routes")).toEqual([]);
    kong.refuses = undefined;
    await servedHash("v1:1");
  });

  test("without its database is reported as degraded", async () => {
    await isHealthy();
    kong.databaseReachable = false;
    await eventually(async () => ((await status()).kong_status === "degraded" ? true : undefined));
  });

  test("changed by hand is brought in step by a sync, with exactly the writes that are needed", async () => {
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    await servedHash("v1:1");
    kong.clear();
    const sync = async (): Promise<unknown> =>
      (await fetch(`${registry.url}/sync`, { method: "POST", headers: OPERATOR })).json();
    const before = kong.writes.length;
    expect(await sync()).toMatchObject({ problems: [], services_count: 1 });
    expect(kong.writes.slice(before)).toHaveLength(5);
    expect(await sync()).toMatchObject({ calls: 0 });
  });
});

describe("Docker", () => {
  test("that was away is listed again as soon as it is back: nothing that happened meanwhile is missed", async () => {
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    await servedHash("v1:1");
    await docker.stop();
    await eventually(async () => ((await status()).docker_status === "unreachable" ? true : undefined));
    // What was served goes on being served: not seeing a container is not seeing it gone.
    expect(hosts()).toEqual(["127.0.0.2"]);
    docker.set(containerOf(await agentAt("127.0.0.3"), 2));
    docker.remove("c1");
    await docker.start();
    await servedHash("v1:2");
    expect((await isHealthy()).docker_status).toBe("healthy");
  });

  test("that only ends the stream is subscribed to again", async () => {
    await isHealthy();
    docker.dropListeners();
    await eventually(() => (docker.listeners() === 1 ? true : undefined));
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    await servedHash("v1:1");
  });
});

describe("the registry", () => {
  test("tells when it last was in step, and is alive even when it is not", async () => {
    expect((await isHealthy()).last_sync).toMatch(/^\d{4}-\d\d-\d\dT/);
    await kong.stop();
    expect((await fetch(`${registry.url}/health`)).status).toBe(200);
  });

  test("resyncs at its interval without any event", async () => {
    await registry.stop();
    registry = await start({ REGISTRY_INTERVAL: "1" });
    docker.set(containerOf(await agentAt("127.0.0.2"), 1));
    await servedHash("v1:1");
    kong.clear();
    await eventually(() => (kong.all("routes").length === 1 ? true : undefined));
  });

  test("does not start with settings it does not understand", async () => {
    await expect(start({ DOCKER_HOST: "unix:///var/run/docker.sock" })).rejects.toThrow(/DOCKER_HOST/);
  });
});
