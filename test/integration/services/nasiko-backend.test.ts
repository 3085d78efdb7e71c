import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answer, fakeServer, readBody, type FakeServer } from "./support/fake-server.ts";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";
import { ask, at, type Answer, type Ask } from "./support/http.ts";
import { Stores } from "./support/stores.ts";
import { agentFiles, zipOf, type ZipItem } from "./support/zip.ts";

const MAIN = new URL("../../../services/nasiko-backend/src/main.ts", import.meta.url).pathname;
const TOKEN = "service-token-of-this-test";
const stores = new Stores();
let service: ServiceProcess;
let environment: Readonly<Record<string, string>>;
let redis: Redis;
let root: string;
/** Service registry, gateway and chat history, as the backend meets them. */
let outside: FakeServer;
/** Agents that the registry serves: name to hash. */
const served = new Map<string, string>();

const api = (path: string, more?: Ask): Promise<Answer> => ask(`${service.url}/api/v1${path}`, more);
const asService = (method: string, json: unknown): Ask => ({ method, json, token: TOKEN });

const upload = (
  items: readonly ZipItem[] | Buffer,
  fields: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const bytes = Buffer.isBuffer(items) ? items : zipOf(items);
  form.set("file", new Blob([new Uint8Array(bytes)], { type: "application/zip" }), "agent.zip");
  return api("/agents/upload", { method: "POST", form });
};

/** The newest command on the stream, as an object. */
async function lastCommand(): Promise<unknown> {
  const [entry] = await redis.xrevrange("orchestration:commands", "+", "-", "COUNT", 1);
  const fields = entry?.[1] ?? [];
  const pairs = fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1]]] : []));
  return Object.fromEntries(pairs) as unknown;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "nasiko-backend-"));
  outside = await fakeServer((request, response) => {
    const path = request.url ?? "";
    if (path === "/agents") {
      const agents = [...served].map(([name, hash]) => ({
        agent: name,
        served: {
          ...{ hash, container: "c", since: "", url_path: `/agents/agent-${name}` },
          card: { name: `The ${name}`, version: "3.0.0", skills: [{ tags: [`does-${name}`] }] },
        },
      }));
      answer(response, 200, { agents });
    } else if (path.startsWith("/chat/")) {
      void readBody(request).then((body) =>
        answer(response, 201, { path, body, token: request.headers.authorization }),
      );
    } else answer(response, 404, {});
  });
  const [mongo, redisStore] = await Promise.all([stores.mongo(), stores.redis()]);
  const redisUrl = `redis://:s3cret@127.0.0.1:${redisStore.port}/0`;
  redis = new Redis(redisUrl);
  environment = {
    MONGO_NASIKO_HOST: "127.0.0.1",
    MONGO_NASIKO_PORT: String(mongo.port),
    MONGO_NASIKO_USER: "admin",
    MONGO_NASIKO_PASSWORD: "s3cret",
    REDIS_URL: redisUrl,
    NASIKO_SERVICE_TOKEN: TOKEN,
    AGENTS_ROOT: root,
    GATEWAY_URL: outside.url,
    PUBLIC_GATEWAY_URL: "http://127.0.0.1:9100",
    KONG_SERVICE_REGISTRY_URL: outside.url,
    CHAT_SERVICE_URL: outside.url,
  };
  service = await startService(MAIN, environment);
  await eventually(async () => ((await api("/healthcheck")).status === 200 ? true : undefined));
});

afterAll(async () => {
  redis.disconnect();
  expect(await service.stop()).toBe(0);
  await outside.stop();
  await stores.clean();
  await rm(root, { recursive: true });
});

test("is healthy when MongoDB and Redis answer", async () => {
  expect(await api("/healthcheck", { token: "" })).toEqual({ status: 200, body: { status: "ok" } });
});

describe("in mode simple", () => {
  test("any token is the one user, and none is nobody", async () => {
    expect((await api("/registry/user/agents", { token: "whatever" })).status).toBe(200);
    expect(await api("/registry/user/agents", { token: "" })).toEqual({
      status: 401,
      body: { detail: "Not authenticated" },
    });
    expect(await api("/registry/user/agents", { token: "", headers: { authorization: "Bearer " } })).toEqual({
      status: 401,
      body: { detail: "Token required" },
    });
  });

  test("nobody registers", async () => {
    expect(
      await api("/user/register", { method: "POST", json: { username: "x", email: "x@y.z" } }),
    ).toMatchObject({
      status: 200,
      body: { status: "skipped", mode: "simple" },
    });
    expect((await api("/superuser/health", { token: "" })).body).toMatchObject({ auth_required: false });
    expect((await api("/search/index/user", asService("POST", {}))).body).toMatchObject({ users_synced: 0 });
    expect((await api("/search/users?q=adm")).body).toMatchObject({ data: [{ user_id: "default-user" }] });
  });
});

describe("the registry of agents", () => {
  test("keeps what a service enters, and shows it to users", async () => {
    const card = {
      name: "Weather",
      description: "Tells the weather",
      version: "1.2.3",
      skills: [{ tags: ["rain"] }],
    };
    expect((await api("/registry", asService("POST", { id: "weather", ...card }))).status).toBe(201);
    await api("/registry/agent/weather", asService("PUT", { url: "http://gateway/agents/agent-weather/" }));
    const expected = { id: "weather", ...card, url: "http://gateway/agents/agent-weather/", tags: ["rain"] };
    expect((await api("/registry/agent/name/weather")).body).toMatchObject({ data: expected });
    expect((await api("/registry/agent/name/Weather")).body).toMatchObject({ data: { id: "weather" } });
    expect((await api("/registry/agent/id/weather")).body).toMatchObject({ data: expected });
    expect((await api("/registries?name=weather")).body).toEqual([
      { name: "weather", status: "active", service_url: "http://gateway/agents/agent-weather/" },
    ]);
    const info = at((await api("/registry/user/agents/info")).body, "data") as readonly object[];
    expect(info).toContainEqual({
      ...{ agent_id: "weather", name: "Weather", icon_url: null, tags: ["rain"] },
      description: "Tells the weather",
    });
    expect((await api("/search/agents?q=rain")).body).toMatchObject({ data: [{ agent_id: "weather" }] });
    expect((await api("/registry/agent/name/unknown")).status).toBe(404);
  });

  test.each([
    ["POST", "/registry"],
    ["PUT", "/registry/agent/weather"],
    ["PUT", "/registry/agent/weather/version/status"],
    ["POST", "/upload-status"],
    ["PUT", "/upload-status/agent/weather/latest"],
    ["POST", "/search/index/user"],
  ])("lets only the platform's services %s %s", async (method, path) => {
    expect((await api(path, { method, json: {} })).status).toBe(403);
    expect((await api(path, { method, json: {}, token: "" })).status).toBe(401);
  });

  test("finds the agents that are served, and forgets those that are not any more", async () => {
    served.set("program", "h1");
    const found = await eventually(async () => {
      const { body } = await api("/registry/agent/id/program");
      return at(body, "data.hash") === "h1" ? body : undefined;
    });
    expect(found).toMatchObject({
      data: {
        name: "The program",
        tags: ["does-program"],
        source: "discovered",
        url: "http://127.0.0.1:9100/agents/agent-program/",
      },
    });
    expect((await api("/registry/agent/program", { method: "DELETE" })).status).toBe(409);
    served.delete("program");
    await eventually(async () =>
      (await api("/registry/agent/id/program")).status === 404 ? true : undefined,
    );
    expect((await api("/registry/agent/id/weather")).status).toBe(200);
  });
});

describe("an upload", () => {
  test("is unpacked, kept, handed to the worker, and followed to its end", async () => {
    const made = await upload([
      ...agentFiles("My_Agent", "2.1.0"),
      { name: "run.sh", content: "x", mode: 0o100755 },
    ]);
    expect(made).toMatchObject({
      status: 201,
      body: {
        status_code: 201,
        data: { success: true, agent_name: "my-agent", version: "2.1.0", validation_errors: [] },
      },
    });
    const upload_id = String(at(made.body, "data.upload_id"));
    const path = join(root, "my-agent", "v2.1.0");
    expect((await readdir(path)).toSorted()).toEqual([
      "AgentCard.json",
      "Dockerfile",
      "docker-compose.yml",
      "main.js",
      "run.sh",
    ]);
    expect(await lastCommand()).toEqual({
      ...{ command: "deploy_agent", agent_name: "my-agent", agent_path: path, owner_id: "default-user" },
      ...{ upload_id, base_url: "http://nasiko-backend:8000", upload_type: "zip" },
    });
    expect((await api("/user/upload-agents")).body).toMatchObject({
      data: [{ upload_id, status: "Setting Up" }],
    });
    const status = { upload_id, status: "failed", step: "Step 2/3 : RUN false", error: "it failed" };
    await api("/upload-status/agent/my-agent/latest", asService("PUT", status));
    expect((await api(`/upload-status/${upload_id}`)).body).toMatchObject({
      data: { status: "Failed", step: "Step 2/3 : RUN false", error: "it failed" },
    });
    expect((await api("/registries?name=my-agent")).body).toMatchObject([{ status: "failed" }]);
  });

  test("of the same version again is a version of its own, to which one can go back", async () => {
    for (const content of ["one", "two"])
      await upload([...agentFiles("twice").slice(0, 3), { name: "main.js", content }]);
    expect(await readFile(join(root, "twice/v1.0.0/main.js"), "utf8")).toBe("one");
    expect(await readFile(join(root, "twice/v1.0.0-2/main.js"), "utf8")).toBe("two");
    expect(await lastCommand()).toMatchObject({
      command: "update_agent",
      agent_path: join(root, "twice/v1.0.0-2"),
    });
    await api("/upload-status/agent/twice/latest", asService("PUT", { status: "active", url: "http://x" }));
    expect((await api("/agents/twice/versions")).body).toMatchObject({
      data: [{ version: "1.0.0-2", status: "Active" }, { version: "1.0.0" }],
    });
    expect((await api("/agents/twice/rollback", { method: "POST", json: {} })).status).toBe(202);
    expect(await lastCommand()).toMatchObject({
      command: "update_agent",
      agent_path: join(root, "twice/v1.0.0"),
    });
    const newest = { agent_name: "twice", agent_path: "twice/v1.0.0-2" };
    expect((await api("/orchestration/deploy", { method: "POST", json: newest })).status).toBe(202);
    expect(await lastCommand()).toMatchObject({ agent_path: join(root, "twice/v1.0.0-2") });
    const outsidePath = { agent_name: "twice", agent_path: "/etc" };
    expect((await api("/orchestration/deploy", { method: "POST", json: outsidePath })).status).toBe(400);
    expect((await api("/agents/unknown/rollback", { method: "POST", json: {} })).status).toBe(404);
  });

  test("is gone with its container when it is deleted", async () => {
    await upload(agentFiles("short-lived"));
    await api("/registry/agent/short-lived", asService("PUT", { source: "uploaded", url: "http://x" }));
    expect((await api("/registry/agent/short-lived", { method: "DELETE" })).status).toBe(200);
    expect(await lastCommand()).toMatchObject({ command: "remove_agent", agent_name: "short-lived" });
    expect((await api("/registry/agent/id/short-lived")).status).toBe(404);
    expect((await api("/agents/short-lived/versions")).body).toMatchObject({ data: [{ status: "Removed" }] });
  });

  test("is handed to the worker again by a backend that starts and finds its agent without a container", async () => {
    served.set("standing", "h1");
    for (const name of ["fallen", "standing"]) {
      await upload(agentFiles(name));
      await api(
        `/upload-status/agent/${name}/latest`,
        asService("PUT", { status: "active", url: "http://x" }),
      );
    }
    const before = await redis.xlen("orchestration:commands");
    const second = await startService(MAIN, environment);
    try {
      // It is marked after it was sent.
      const versions = await eventually(async () => {
        const { body } = await api("/agents/fallen/versions");
        return JSON.stringify(body).includes('"Setting Up"') ? body : undefined;
      });
      expect(versions).toMatchObject({ data: [{ status: "Setting Up" }] });
      expect(await lastCommand()).toMatchObject({
        command: "deploy_agent",
        agent_name: "fallen",
        agent_path: join(root, "fallen/v1.0.0"),
      });
      expect(await redis.xlen("orchestration:commands")).toBe(before + 1);
      expect((await api("/agents/standing/versions")).body).toMatchObject({ data: [{ status: "Active" }] });
    } finally {
      served.delete("standing");
      await second.stop();
    }
  });

  const files = agentFiles("bad");
  const link = (target: string): ZipItem => ({ name: "link", content: target, mode: 0o120777 });
  test.each<readonly [string, readonly ZipItem[] | Buffer, RegExp]>([
    ["a path that leaves", [...files, { name: "../evil", content: "x" }], /\.\./],
    ["an absolute path", [...files, { name: "/etc/cron.d/evil", content: "x" }], /absolute/],
    ["a link that leaves", [...files, link("../../../etc/passwd")], /links out/],
    ["a link to an absolute path", [...files, link("/etc/passwd")], /absolute/],
    ["a file behind a link", [...files, link("src"), { name: "link/x", content: "x" }], /file and a folder/],
    [
      "more than is allowed",
      [...files, { name: "zeros", content: Buffer.alloc(420 * 1024 * 1024) }],
      /400 MB/,
    ],
    ["more than it claims", [...files, { name: "zeros", content: Buffer.alloc(1e6), claimed: 10 }], /./],
    [
      "too many entries",
      [...files, ...Array.from({ length: 1000 }, (_, index) => ({ name: `f${index}` }))],
      /1000/,
    ],
    ["no archive", Buffer.from("this is no zip archive"), /no zip archive/],
    ["no Dockerfile", files.slice(1), /Dockerfile is missing/],
    ["a Dockerfile of nothing", [{ name: "Dockerfile", content: "\n" }, ...files.slice(1)], /no FROM/],
    ["no file that names the agent", [files[0] ?? { name: "" }], /no usable name/],
    [
      "a docker-compose.yml of nonsense",
      [files[0] ?? { name: "" }, { name: "docker-compose.yml", content: "[" }],
      /services/,
    ],
    ["a card of nonsense", [...files.slice(0, 2), { name: "AgentCard.json", content: "[]" }], /AgentCard/],
    [
      "a version that is a path",
      [...files.slice(0, 2), { name: "AgentCard.json", content: '{"version":"../../x"}' }],
      /version/,
    ],
  ])("with %s is refused, and leaves nothing behind", async (_what, items, reason) => {
    const { status, body } = await upload(items);
    expect({ status, success: at(body, "data.success") }).toEqual({ status: 400, success: false });
    expect(String(at(body, "data.validation_errors.0"))).toMatch(reason);
    expect(await readdir(root)).not.toContain("bad");
    expect(await readdir(join(root, ".incoming"))).toEqual([]);
  });

  test("without a file, or without a token, is refused", async () => {
    expect((await api("/agents/upload", { method: "POST", json: {} })).status).toBe(400);
    expect((await api("/agents/upload", { method: "POST", form: new FormData() })).status).toBe(400);
    const form = new FormData();
    form.set("file", new Blob(["x"]), "x.zip");
    expect((await api("/agents/upload", { method: "POST", form, token: "" })).status).toBe(401);
  });

  test("larger than 100 MB is refused before it is unpacked", async () => {
    const { status } = await upload(Buffer.alloc(100 * 1024 * 1024 + 1));
    expect(status).toBe(413);
    expect(await readdir(join(root, ".incoming"))).toEqual([]);
  });
});

test("hands chats to the chat history, with the caller's token", async () => {
  const made = await api("/chat/session?x=1", { method: "POST", json: { title: "t" } });
  expect(made).toEqual({
    status: 201,
    body: { path: "/chat/session?x=1", body: '{"title":"t"}', token: "Bearer any-token" },
  });
  expect((await api("/chat/session", { token: "" })).status).toBe(401);
});

test("says that it is not healthy without its stores, and starts all the same", async () => {
  const lonely = await startService(MAIN, {
    MONGO_NASIKO_HOST: "127.0.0.1",
    MONGO_NASIKO_PORT: "1",
    REDIS_URL: "redis://127.0.0.1:1/0",
    NASIKO_SERVICE_TOKEN: TOKEN,
    AGENTS_ROOT: join(root, "lonely"),
  });
  try {
    expect(await ask(`${lonely.url}/api/v1/healthcheck`)).toMatchObject({
      status: 503,
      body: { mongodb: false, redis: false },
    });
    expect((await ask(`${lonely.url}/api/v1/livez`)).status).toBe(200);
    expect((await ask(`${lonely.url}/api/v1/registry/user/agents`)).status).toBe(503);
  } finally {
    expect(await lonely.stop()).toBe(0);
  }
});
