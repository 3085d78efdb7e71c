import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answer, fakeServer, type FakeServer } from "./support/fake-server.ts";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";
import { AuthWorld, SERVICE_TOKEN, SUPERUSER, type Account } from "./support/auth-world.ts";
import { ask, at, type Answer, type Ask } from "./support/http.ts";
import { Stores } from "./support/stores.ts";
import { agentFiles, zipOf } from "./support/zip.ts";

const mainOf = (service: string): string =>
  new URL(`../../../services/${service}/src/main.ts`, import.meta.url).pathname;

const stores = new Stores();
let auth: AuthWorld;
let backend: ServiceProcess;
let chat: ServiceProcess;
let root: string;
/** The service registry; its gateway lets nobody read a card. */
let outside: FakeServer;
let superuser: string;
let alice: Account & { readonly token: string };
let bob: Account & { readonly token: string };

const api = (path: string, token: string, more: Ask = {}): Promise<Answer> =>
  ask(`${backend.url}/api/v1${path}`, { token, ...more });
const visible = async (token: string): Promise<unknown> => {
  const { body } = await api("/registry/user/agents", token);
  const agents = at(body, "data") as readonly { readonly id: string }[];
  return agents.map(({ id }) => id).toSorted();
};
const upload = (agent: string, token: string): Promise<Answer> => {
  const form = new FormData();
  form.set(
    "file",
    new Blob([new Uint8Array(zipOf(agentFiles(agent)))], { type: "application/zip" }),
    "a.zip",
  );
  return api("/agents/upload", token, { method: "POST", form });
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "nasiko-enterprise-"));
  const card = { name: "The stack's own", version: "1.0.0" };
  const served = { hash: "h1", url_path: "/agents/agent-own", card };
  outside = await fakeServer((request, response) =>
    request.url === "/agents"
      ? answer(response, 200, { agents: [{ agent: "own", served }] })
      : answer(response, 401, { message: "Unauthorized" }),
  );
  const [mongo, redis] = await Promise.all([stores.mongo(), stores.redis()]);
  auth = await AuthWorld.start();
  const mode = {
    AUTH_MODE: "enterprise",
    AUTH_SERVICE_URL: auth.url,
    NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
  };
  [backend, chat] = await Promise.all([
    startService(mainOf("nasiko-backend"), {
      MONGO_NASIKO_HOST: "127.0.0.1",
      MONGO_NASIKO_PORT: String(mongo.port),
      MONGO_NASIKO_USER: "admin",
      MONGO_NASIKO_PASSWORD: "s3cret",
      REDIS_URL: `redis://:s3cret@127.0.0.1:${redis.port}/0`,
      AGENTS_ROOT: root,
      GATEWAY_URL: outside.url,
      KONG_SERVICE_REGISTRY_URL: outside.url,
      ...mode,
    }),
    startService(mainOf("nasiko-chat-history"), {
      MONGO_URL: `mongodb://admin:s3cret@127.0.0.1:${mongo.port}/?authSource=admin`,
      ...mode,
    }),
  ]);
  await eventually(async () => ((await api("/healthcheck", "")).status === 200 ? true : undefined));
  await eventually(async () => ((await ask(`${chat.url}/health`)).status === 200 ? true : undefined));
  superuser = await auth.token(SUPERUSER);
  const member = async (): Promise<typeof alice> => {
    const account = await auth.register(superuser);
    return { ...account, token: await auth.token(account) };
  };
  [alice, bob] = [await member(), await member()];
});

afterAll(async () => {
  expect(await Promise.all([backend.stop(), chat.stop()])).toEqual([0, 0]);
  await outside.stop();
  await stores.clean();
  await rm(root, { recursive: true });
});

test("nobody gets in without a valid token", async () => {
  const refused = { status: 401, body: { detail: "Invalid or expired token" } };
  expect(await api("/registry/user/agents", "invalid-token")).toEqual(refused);
  expect(await api("/registry/user/agents", SERVICE_TOKEN)).toEqual(refused);
  expect((await api("/registry/user/agents", "")).status).toBe(401);
  expect(await ask(`${chat.url}/chat/session/list`, { token: "invalid-token" })).toEqual(refused);
});

test("the super user sees every agent, a user only what was granted", async () => {
  expect(await visible(superuser)).toEqual(["own"]);
  expect(await visible(alice.token)).toEqual([]);
  await auth.post("/auth/agents/own/access/users", superuser, { user_ids: [alice.id] });
  expect(await visible(alice.token)).toEqual(["own"]);
  expect(await visible(bob.token)).toEqual([]);
  expect((await api("/registry/agent/id/own", bob.token)).status).toBe(404);
  expect((await api("/search/agents?q=stack", bob.token)).body).toMatchObject({ data: [] });
});

test("whoever uploads an agent owns it; nobody else takes, changes, sees or removes it", async () => {
  expect((await upload("mine", alice.token)).status).toBe(201);
  expect((await upload("mine", bob.token)).status).toBe(409);
  expect((await upload("own", bob.token)).status).toBe(409);
  // Nobody's to call before the worker has taken it.
  expect(await visible(alice.token)).not.toContain("mine");
  await api("/registry/agent/mine", SERVICE_TOKEN, {
    method: "PUT",
    json: { owner_id: alice.id, source: "uploaded" },
  });
  expect(await visible(alice.token)).toContain("mine");
  expect(await visible(bob.token)).toEqual([]);
  for (const path of [
    "/agents/mine/versions",
    "/upload-status/agent/mine/latest",
    "/registry/agent/name/mine",
  ])
    expect((await api(path, bob.token)).status).toBe(404);
  expect((await api("/agents/mine/rollback", bob.token, { method: "POST", json: {} })).status).toBe(404);
  expect((await api("/registries?name=mine", bob.token)).body).toEqual([]);
  expect((await api("/registry/agent/mine", bob.token, { method: "DELETE" })).status).toBe(404);

  // Whoever may use it may still not change it.
  await auth.post("/auth/agents/mine/access/users", alice.token, { user_ids: [bob.id] });
  expect(await visible(bob.token)).toEqual(["mine"]);
  expect((await api("/registry/agent/mine", bob.token, { method: "DELETE" })).status).toBe(403);
  expect((await api("/agents/mine/rollback", bob.token, { method: "POST", json: {} })).status).toBe(404);
  expect((await api("/registry/agent/mine", alice.token, { method: "DELETE" })).status).toBe(200);
  expect(await visible(bob.token)).toEqual([]);
});

test("a first version that the worker refuses leaves its name free", async () => {
  expect((await upload("refused", alice.token)).status).toBe(201);
  expect((await upload("refused", bob.token)).status).toBe(409);
  const path = "/upload-status/agent/refused/latest";
  const failed = { method: "PUT", json: { status: "failed", error: "it belongs to somebody else" } };
  expect((await api(path, SERVICE_TOKEN, failed)).status).toBe(200);
  expect((await upload("refused", bob.token)).status).toBe(201);
});

test("registering is for super users, and a name is given once", async () => {
  const wanted = { username: "carol", email: "carol@example.org" };
  const register = (token: string): Promise<Answer> =>
    api("/user/register", token, { method: "POST", json: wanted });
  expect(await register(alice.token)).toEqual({
    status: 403,
    body: { detail: "Super user access required" },
  });
  expect(await register(superuser)).toMatchObject({ status: 200, body: { username: "carol" } });
  expect((await register(superuser)).status).toBe(409);
  expect((await api("/superuser/health", "")).body).toMatchObject({ status: "ok", auth_required: true });
});

test("conversations are their user's own", async () => {
  const session = { session_id: "hers" };
  expect(
    (await ask(`${chat.url}/chat/session`, { method: "POST", token: alice.token, json: session })).status,
  ).toBe(201);
  expect((await ask(`${chat.url}/chat/session/hers`, { token: bob.token })).status).toBe(404);
  expect((await ask(`${chat.url}/chat/session/hers`, { token: alice.token })).status).toBe(200);
});

// The last: it stops the auth service.
test("without the auth service nobody is served, and health stays", async () => {
  await auth.stop();
  const unavailable = { status: 503, body: { detail: "Authentication service unavailable" } };
  expect(await api("/registry/user/agents", alice.token)).toEqual(unavailable);
  expect(await ask(`${chat.url}/chat/session/list`, { token: alice.token })).toEqual(unavailable);
  expect((await api("/healthcheck", "")).status).toBe(200);
  expect((await api("/superuser/health", "")).body).toMatchObject({ status: "degraded" });
});
