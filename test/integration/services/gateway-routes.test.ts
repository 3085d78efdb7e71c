import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeDocker, type FakeDocker } from "./support/fake-docker.ts";
import { fakeKong, type FakeKong } from "./support/fake-kong.ts";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";

const TOKEN = "token-of-the-operator";
const OPERATOR = { authorization: `Bearer ${TOKEN}` };
const MAIN = new URL("../../../services/service-registry/src/main.ts", import.meta.url).pathname;
const STACK = "routes-test";

let docker: FakeDocker;
let kong: FakeKong;
let registry: ServiceProcess;

const start = (hosts: Readonly<Record<string, string>>): Promise<ServiceProcess> =>
  startService(MAIN, {
    DOCKER_HOST: docker.url.replace("http:", "tcp:"),
    KONG_ADMIN_URL: kong.url,
    NASIKO_STACK: STACK,
    GATEWAY_CORS_ORIGINS: "http://127.0.0.1:9100",
    NASIKO_REGISTRY_TOKEN: TOKEN,
    // Long, so that what the tests see does not come from the next resync.
    REGISTRY_INTERVAL: "600",
    ...hosts,
  });
const names = (): readonly string[] =>
  kong
    .all("services")
    .map(({ name }) => String(name))
    .toSorted();
const untilRouted = (...wanted: readonly string[]): Promise<unknown> =>
  eventually(() =>
    JSON.stringify(names()) === JSON.stringify(wanted) && kong.all("routes").length === wanted.length
      ? true
      : undefined,
  );

beforeEach(async () => {
  docker = await fakeDocker(STACK);
  kong = await fakeKong();
  registry = await start({ KONG_BACKEND_HOST: "backend", KONG_N8N_HOST: "n8n" });
});
afterEach(async () => {
  await registry.stop();
  await docker.stop();
  await kong.stop();
});

test("the gateway leads to the services that are named, each with its plugin and our tags", async () => {
  await untilRouted("backend-api-proxy", "n8n");
  const plugins = kong.all("plugins").map(({ name }) => String(name));
  expect(plugins.toSorted()).toEqual(["cors", "cors", "ip-restriction", "ip-restriction"]);
  for (const entity of kong.all("routes")) expect(entity["tags"]).toContain(`nasiko-stack-${STACK}`);
});

test("what agents may call does not wait for Docker; anything else waits until it is known where agents call from", async () => {
  await registry.stop();
  await docker.stop();
  kong.clear();
  registry = await start({ KONG_BACKEND_HOST: "backend", KONG_REGISTRY_HOST: "registry" });
  const open = ["gateway-agents", "gateway-health", "gateway-status"];
  await untilRouted(...open);
  await docker.start();
  await untilRouted("backend-api-proxy", ...open);
});

test("a gateway that lost everything while it was away gets it all back", async () => {
  await untilRouted("backend-api-proxy", "n8n");
  await kong.stop();
  await eventually(() => (registry.output().includes("kong unreachable") ? true : undefined));
  kong.clear();
  await kong.start();
  await untilRouted("backend-api-proxy", "n8n");
});

test("a service that is not named any more loses its route, and what is not ours stays", async () => {
  await untilRouted("backend-api-proxy", "n8n");
  kong.plant("services", { id: "00000000-0000-4000-8000-000000000001", name: "mine", host: "elsewhere" });
  await registry.stop();
  registry = await start({ KONG_BACKEND_HOST: "backend" });
  await eventually(() => (names().join() === "backend-api-proxy,mine" ? true : undefined));
});

test("a name that somebody else took is reported, and left alone", async () => {
  await untilRouted("backend-api-proxy", "n8n");
  kong.clear();
  const theirs = { id: "00000000-0000-4000-8000-000000000002", name: "n8n", host: "elsewhere" };
  kong.plant("services", theirs);
  await fetch(`${registry.url}/sync`, { method: "POST", headers: OPERATOR });
  expect(kong.all("services").find(({ name }) => name === "n8n")).toEqual(theirs);
  const status = (await (await fetch(`${registry.url}/status`, { headers: OPERATOR })).json()) as {
    problems: readonly string[];
  };
  expect(status.problems).toEqual(["n8n: services/n8n exists in Kong and is not ours; it is left alone"]);
});
