import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";
import { ask, at, type Answer, type Ask } from "./support/http.ts";
import { Stores } from "./support/stores.ts";

const MAIN = new URL("../../../services/nasiko-chat-history/src/main.ts", import.meta.url).pathname;
const TOKEN = "service-token-of-this-test";
const stores = new Stores();
let service: ServiceProcess;

const chat = (path: string, more?: Ask): Promise<Answer> => ask(`${service.url}${path}`, more);
const newSession = async (more: object = {}): Promise<string> => {
  const { status, body } = await chat("/chat/session", { method: "POST", json: more });
  expect(status).toBe(201);
  return String(at(body, "session_id"));
};
const say = (session: string, json: object): Promise<Answer> =>
  chat(`/chat/session/${session}/messages`, { method: "POST", json });
const contents = (body: unknown): readonly unknown[] =>
  (at(body, "data") as readonly object[]).map((message) => at(message, "content"));

beforeAll(async () => {
  const mongo = await stores.mongo();
  service = await startService(MAIN, {
    MONGO_URL: `mongodb://admin:s3cret@127.0.0.1:${mongo.port}/?authSource=admin`,
    CHAT_DB_NAME: "chat",
    NASIKO_SERVICE_TOKEN: TOKEN,
  });
  await eventually(async () => ((await chat("/health")).status === 200 ? true : undefined));
});

afterAll(async () => {
  expect(await service.stop()).toBe(0);
  await stores.clean();
});

test("is healthy when MongoDB answers", async () => {
  expect(await chat("/health")).toEqual({
    status: 200,
    body: { status: "healthy", service: "chat-history-service" },
  });
});

describe("a conversation", () => {
  test("is read back as it was written, page by page in both directions", async () => {
    const session = await newSession();
    for (let number = 1; number <= 5; number++)
      expect(
        (await say(session, { role: number % 2 === 1 ? "user" : "agent", content: `message ${number}` }))
          .status,
      ).toBe(201);
    const path = `/chat/session/${session}/messages?limit=2`;
    const first = await chat(path);
    expect(contents(first.body)).toEqual(["message 1", "message 2"]);
    expect(first.body).toMatchObject({ has_more: true, prev_cursor: null });
    const second = await chat(`${path}&cursor=${String(at(first.body, "next_cursor"))}`);
    expect(contents(second.body)).toEqual(["message 3", "message 4"]);
    const third = await chat(`${path}&cursor=${String(at(second.body, "next_cursor"))}`);
    expect(contents(third.body)).toEqual(["message 5"]);
    expect(third.body).toMatchObject({ has_more: false, next_cursor: null });
    const back = await chat(`${path}&direction=before&cursor=${String(at(third.body, "prev_cursor"))}`);
    expect(contents(back.body)).toEqual(["message 3", "message 4"]);
    expect(contents((await chat(`${path}&direction=before`)).body)).toEqual(["message 4", "message 5"]);
  });

  test("takes its title, agent, count and preview from what is said", async () => {
    const session = await newSession();
    await say(session, { role: "user", content: "Translate this" });
    await say(session, {
      role: "agent",
      content: "Übersetze dies",
      agent_id: "translator",
      metadata: { ms: 12 },
    });
    expect((await chat(`/chat/session/${session}`)).body).toMatchObject({
      title: "Translate this",
      agent_id: "translator",
      message_count: 2,
      last_message: "Übersetze dies",
    });
    const { body } = await chat(`/chat/session/${session}/messages`);
    expect(at(body, "data.1.metadata")).toEqual({ ms: 12 });
  });

  test("holds a message once, however often it is sent", async () => {
    const session = await newSession({ session_id: "mine" });
    expect(await chat("/chat/session", { method: "POST", json: { session_id: "mine" } })).toMatchObject({
      status: 200,
    });
    const message = { role: "user", content: "once", message_id: "m1" };
    const answers = await Promise.all([say(session, message), say(session, message), say(session, message)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 201]);
    expect((await chat(`/chat/session/${session}`)).body).toMatchObject({ message_count: 1 });
  });

  test("that was used last comes first, and is gone with all it held when it is deleted", async () => {
    const older = await newSession({ title: "older" });
    const newer = await newSession({ title: "newer" });
    await say(older, { role: "user", content: "used again" });
    const list = await chat("/chat/session/list?limit=2");
    expect([at(list.body, "data.0.session_id"), at(list.body, "data.1.session_id")]).toEqual([older, newer]);
    expect(await chat(`/chat/session/${older}`, { method: "DELETE" })).toEqual({
      status: 204,
      body: undefined,
    });
    expect((await chat(`/chat/session/${older}`)).status).toBe(404);
    expect((await chat(`/chat/session/${older}/messages`)).status).toBe(404);
    expect((await say(older, { role: "user", content: "x" })).status).toBe(404);
  });
});

describe("who may see a conversation", () => {
  test("nobody without a token", async () => {
    for (const headers of [{}, { authorization: "Bearer " }, { authorization: "Basic eDp5" }])
      expect((await chat("/chat/session/list", { token: "", headers })).status).toBe(401);
  });

  test("its own user, for whom a service of the platform may act", async () => {
    const as = (subject: string): Ask => ({ token: TOKEN, headers: { "x-subject-id": subject } });
    const made = await chat("/chat/session", { ...as("alice"), method: "POST", json: {} });
    const path = `/chat/session/${String(at(made.body, "session_id"))}`;
    expect((await chat(path, as("alice"))).status).toBe(200);
    expect((await chat(path, as("bob"))).status).toBe(404);
    expect((await chat(path)).status).toBe(404);
    // Without the service's token the header means nothing.
    expect((await chat(path, { headers: { "x-subject-id": "alice" } })).status).toBe(404);
  });
});

test.each([
  ["a role that is none", { role: "robot", content: "x" }],
  ["no content", { role: "user" }],
  ["a message that is too long", { role: "user", content: "x".repeat(256 * 1024 + 1) }],
])("refuses %s", async (_what, json) => {
  expect((await say(await newSession(), json)).status).toBe(400);
});

test("refuses a cursor that it did not give out, and a limit beyond reason", async () => {
  expect((await chat("/chat/session/list?cursor=nonsense")).status).toBe(400);
  expect((await chat("/chat/session/list?limit=1000000")).status).toBe(400);
});

test("says that it is not healthy without MongoDB, and starts all the same", async () => {
  const lonely = await startService(MAIN, { MONGO_URL: "mongodb://127.0.0.1:1/" });
  try {
    expect((await ask(`${lonely.url}/health`)).status).toBe(503);
    expect((await ask(`${lonely.url}/live`)).status).toBe(200);
    expect((await ask(`${lonely.url}/chat/session/list`)).status).toBe(503);
  } finally {
    expect(await lonely.stop()).toBe(0);
  }
});
