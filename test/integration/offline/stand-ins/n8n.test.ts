import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { n8n } from "../../../../platform/services/n8n.ts";
import { answering, WEBHOOK } from "../../../unit/offline/stand-ins/workflows.ts";
import { BUILD_TIME, builtOffline, prepared } from "../images/containers.ts";
import { startService, type ServiceProcess } from "../../services/support/service-process.ts";
import { secretOf, Stack, type Running } from "../data/service-container.ts";
import { ask, textWith, type Answered, type Question } from "./ask.ts";
import { askPublished } from "./publish.ts";

const MAIN = new URL("../../../../offline/stand-ins/n8n/src/main.ts", import.meta.url).pathname;

describe("the n8n stand-in", () => {
  let home: string;
  let server: ServiceProcess;
  const start = (encryptionKey = "k1"): Promise<ServiceProcess> =>
    startService(MAIN, {
      N8N_LISTEN_ADDRESS: "127.0.0.1",
      N8N_PORT: "0",
      N8N_USER_FOLDER: home,
      N8N_ENCRYPTION_KEY: encryptionKey,
      NASIKO_N8N_API_KEY: "api-key",
    });
  const api = (path: string, question: Question = {}): Promise<Answered> =>
    ask(`${server.url}/api/v1${path}`, { ...question, headers: { "x-n8n-api-key": "api-key" } });
  const create = async (draft: unknown): Promise<string> => {
    const { json } = await api("/workflows", { json: draft });
    return (json as { id: string }).id;
  };
  const activate = (id: string): Promise<Answered> => api(`/workflows/${id}/activate`, { method: "POST" });

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "nasiko-n8n-"));
    server = await start();
  });
  afterEach(async () => {
    expect(await server.stop()).toBe(0);
    rmSync(home, { recursive: true });
  });

  test("keeps a workflow, runs its webhook once it is active, and remembers that it did", async () => {
    const id = await create(answering({ responseBody: '{"greeting":"bonjour"}' }));
    expect((await ask(`${server.url}/webhook/greet`)).status).toBe(404);
    expect((await activate(id)).json).toMatchObject({ id, active: true, name: "Greeting" });
    const answer = await ask(`${server.url}/webhook/greet`);
    expect(answer).toMatchObject({ status: 200, json: { greeting: "bonjour" } });
    expect((await ask(`${server.url}/webhook/greet`, { json: {} })).status).toBe(404);
    const { json } = await api(`/executions?workflowId=${id}`);
    expect(json).toMatchObject({ data: [{ workflowId: id, status: "success", mode: "webhook" }] });
    expect((await ask(server.url)).text).toContain("GET /webhook/greet");
  });

  test("has it all again after a restart, but not with another encryption key", async () => {
    await activate(await create(answering({})));
    await server.stop();
    await expect(start("k2")).rejects.toThrow("N8N_ENCRYPTION_KEY is not the one");
    server = await start();
    expect((await ask(`${server.url}/webhook/greet`)).json).toEqual({ ok: true });
  });

  test("runs the new version of a workflow that was replaced, and none once it is inactive or gone", async () => {
    const id = await create(answering({}));
    await activate(id);
    const draft = answering({ responseBody: "[2]" }, { httpMethod: "POST" });
    expect((await api(`/workflows/${id}`, { method: "PUT", json: draft })).status).toBe(200);
    expect((await ask(`${server.url}/webhook/greet`, { body: "anything" })).json).toEqual([2]);
    expect((await ask(`${server.url}/webhook/greet`)).status).toBe(404);
    await api(`/workflows/${id}/deactivate`, { method: "POST" });
    expect((await ask(`${server.url}/webhook/greet`, { json: {} })).status).toBe(404);
    expect((await api(`/workflows/${id}`, { method: "DELETE" })).status).toBe(200);
    expect((await api(`/workflows/${id}`)).status).toBe(404);
  });

  test("lists workflows page by page, and by whether they are active", async () => {
    const ids = [await create(answering({})), await create(answering({})), await create(answering({}))];
    await activate(ids[1] ?? "");
    const seen: string[] = [];
    let cursor: string | null = "0";
    while (cursor !== null) {
      const { json } = await api(`/workflows?limit=2&cursor=${cursor}`);
      const page = json as { data: { id: string }[]; nextCursor: string | null };
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect((await api("/workflows?active=true")).json).toMatchObject({ data: [{ id: ids[1] }] });
  });

  test("refuses who has no key, what it cannot run, and a webhook that is taken", async () => {
    expect((await ask(`${server.url}/api/v1/workflows`)).status).toBe(401);
    const wrong = await ask(`${server.url}/api/v1/workflows`, { headers: { "x-n8n-api-key": "other" } });
    expect(wrong.status).toBe(401);
    const foreign = { ...answering({}), nodes: [WEBHOOK({}), { name: "AI", type: "n8n.agent" }] };
    const refused = await activate(await create(foreign));
    expect(refused).toMatchObject({ status: 400, json: { message: textWith("n8n.agent") } });
    await activate(await create(answering({})));
    expect((await activate(await create(answering({})))).status).toBe(409);
    expect((await api("/workflows", { json: { name: "x" } })).status).toBe(400);
  });
});

describe("the service n8n on the offline image", () => {
  const stack = new Stack();

  beforeAll(async () => {
    await prepared("base-node");
    await builtOffline("n8n");
  }, BUILD_TIME);
  afterAll(() => stack.clean());

  test("becomes healthy by its own check, and keeps its data when the container is replaced", async () => {
    const headers = { "x-n8n-api-key": secretOf("n8n-api-key") };
    const workflows = async (service: Running, json?: unknown): Promise<Answered> =>
      askPublished(await service.address(), 5678, "/api/v1/workflows", {
        headers,
        ...(json === undefined ? {} : { json }),
      });
    const first = await stack.start(n8n);
    expect((await workflows(first, answering({}))).status).toBe(200);
    expect(await first.replace()).toBe(0);

    const second = await stack.start(n8n);
    expect((await workflows(second)).json).toMatchObject({
      data: [{ name: "Greeting" }],
    });
  });
});
