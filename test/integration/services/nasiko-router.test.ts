import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";
import { fakePlatform, say, TRANSLATOR, WEATHER, type FakePlatform } from "./support/fake-platform.ts";

const MAIN = new URL("../../../services/nasiko-router/src/main.ts", import.meta.url).pathname;
type Event = Readonly<Record<string, unknown>> & { readonly type: string };

let platform: FakePlatform;
let router: ServiceProcess;

const start = (over: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> =>
  startService(MAIN, {
    KONG_GATEWAY_URL: platform.url,
    KONG_SERVICE_REGISTRY_URL: `${platform.url}/registry`,
    NASIKO_BACKEND: `${platform.url}/api/v1`,
    CHAT_SERVICE_URL: platform.url,
    ...over,
  });
const restart = async (over: Readonly<Record<string, string>>): Promise<void> => {
  await router.stop();
  router = await start(over);
};

beforeEach(async () => {
  platform = await fakePlatform();
  platform.agents.set("translator", TRANSLATOR).set("weather", WEATHER);
  router = await start();
});
afterEach(async () => {
  const code = await router.stop();
  await platform.stop();
  expect(code).toBe(0);
});

const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${router.url}/router`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const ask = async (body: unknown): Promise<readonly Event[]> => eventsOf(await (await post(body)).text());
const eventsOf = (text: string): readonly Event[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Event);
const only = (events: readonly Event[], type: string): Event | undefined =>
  events.find((event) => event.type === type);
const metrics = async (): Promise<string> => (await fetch(`${router.url}/metrics`)).text();

describe("a question", () => {
  test("goes to the agent whose card fits, through the gateway, and says why", async () => {
    const response = await post({ query: "translate good night to french" }, { authorization: "Bearer me" });
    expect(response.headers.get("content-type")).toContain("application/x-ndjson");
    const events = eventsOf(await response.text());
    expect(events.map(({ type }) => type)).toEqual(["progress", "choice", "progress", "reply", "done"]);
    expect(only(events, "choice")).toMatchObject({
      agent: "translator",
      name: "Translator",
      url_path: "/agents/agent-translator",
      method: "text",
    });
    expect(only(events, "choice")?.["reason"]).toContain("french");
    expect(only(events, "reply")?.["text"]).toBe("Bonjour, you said: translate good night to french");
    expect(only(events, "done")).toMatchObject({ outcome: "answered", session_id: null, recorded: false });
    const call = platform.seen.find(({ method, path }) => method === "POST" && path.startsWith("/agents/"));
    expect(call).toMatchObject({ path: "/agents/agent-translator/", authorization: "Bearer me" });
  });

  test("that fits nobody is answered with the reason", async () => {
    const events = await ask({ query: "repair my bicycle" });
    expect(only(events, "none")?.["reason"]).toContain("Running: Translator, Weather.");
    expect(only(events, "done")).toMatchObject({ outcome: "no agent" });
  });

  test("with a session is recorded with its answer", async () => {
    const events = await ask({ query: "the forecast for Oslo", session_id: "s-1" });
    expect(only(events, "done")).toMatchObject({ session_id: "s-1", recorded: true });
    expect(platform.messages).toMatchObject([
      { role: "user", content: "the forecast for Oslo" },
      { role: "agent", content: "Rain.", agent_id: "weather" },
    ]);
  });

  test("is answered even if it cannot be recorded, and that is said", async () => {
    platform.broken.set("chat", 503);
    const events = await ask({ query: "the forecast for Oslo", session_id: "s-1" });
    expect(only(events, "reply")?.["text"]).toBe("Rain.");
    expect(only(events, "warning")?.["message"]).toContain("answers 503, broken");
    expect(only(events, "done")).toMatchObject({ outcome: "answered", recorded: false });
    expect(await metrics()).toContain("nasiko_router_unrecorded_total 1");
  });

  test("can name its agent", async () => {
    const events = await ask({ query: "translate this", agent: "weather" });
    expect(only(events, "choice")).toMatchObject({ agent: "weather", method: "asked" });
  });

  test("may come as a form with a file, which the agent gets", async () => {
    const form = new FormData();
    form.set("query", "translate this to french");
    form.set("file", new Blob(["abc"], { type: "text/plain" }), "note.txt");
    const response = await fetch(`${router.url}/router`, {
      method: "POST",
      body: form,
      headers: { authorization: "Bearer me" },
    });
    expect(only(eventsOf(await response.text()), "done")).toMatchObject({ outcome: "answered" });
    const call = platform.seen.find(({ method, path }) => method === "POST" && path.startsWith("/agents/"));
    expect(JSON.stringify(call?.body)).toContain('"bytes":"YWJj"');
  });

  test("is answered as server-sent events on request", async () => {
    const response = await post({ query: "the forecast" }, { accept: "text/event-stream" });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toMatch(/event: reply\ndata: \{"type":"reply".*\}\n\n[^]*event: done\n/);
  });

  test("is told about bit by bit: the choice comes before the agent has answered", async () => {
    const gate = Promise.withResolvers<unknown>();
    platform.agents.set("weather", { ...WEATHER, reply: () => gate.promise });
    const { body } = await post({ query: "the forecast" });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes('"choice"')) text += (await reader?.read())?.value ?? "";
    expect(text).not.toContain('"reply"');
    gate.resolve(say("Snow."));
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      text += part.value;
    expect(only(eventsOf(text), "reply")?.["text"]).toBe("Snow.");
  });

  test("to an agent that works on a task is answered when the task is done", async () => {
    const states = ["working", "completed"];
    platform.agents.set("weather", {
      ...WEATHER,
      reply: () => {
        const state = states.shift();
        return { kind: "task", id: "t1", status: { state }, artifacts: [{ parts: [{ text: "Hail." }] }] };
      },
    });
    expect(only(await ask({ query: "the forecast" }), "reply")?.["text"]).toBe("Hail.");
    expect(platform.seen.map(({ body }) => (body as { method?: string } | undefined)?.method)).toContain(
      "tasks/get",
    );
  });

  test.each<[unknown, string]>([
    [{}, "query must be a text"],
    [{ query: "  " }, "query must not be empty"],
    [{ query: "x", session_id: "../x" }, "session_id must be"],
    [{ query: "x".repeat(20_001) }, "must not be longer"],
  ])("that is wrong is refused: %#", async (body, message) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
  });
});

describe("trouble", () => {
  test("with the agent is told, with its cause", async () => {
    platform.agents.set("weather", { ...WEATHER, reply: () => ({ id: "t", status: { state: "failed" } }) });
    const events = await ask({ query: "the forecast" });
    expect(only(events, "error")?.["message"]).toBe("Weather could not answer: the agent's task was failed.");
    expect(only(events, "done")).toMatchObject({ outcome: "failed" });
  });

  test("with a slow agent ends at the time limit", async () => {
    await restart({ REQUEST_TIMEOUT: "1" });
    platform.agents.set("weather", { ...WEATHER, reply: () => new Promise(() => undefined) });
    expect(only(await ask({ query: "the forecast" }), "error")?.["message"]).toContain("no answer in time");
  });

  test("with the backend is a warning, not an end", async () => {
    platform.broken.set("api", 503);
    const events = await ask({ query: "the forecast" });
    expect(only(events, "warning")?.["message"]).toContain("answers 503");
    expect(only(events, "reply")?.["text"]).toBe("Rain.");
  });

  test("with the service registry is an error", async () => {
    platform.broken.set("registry", 503);
    const events = await ask({ query: "the forecast" });
    expect(only(events, "error")?.["message"]).toBe("The agents cannot be found at present.");
  });

  test("with too many questions at a time is told at once, and passes", async () => {
    await restart({ MAX_CONCURRENT_REQUESTS: "1" });
    const gate = Promise.withResolvers<unknown>();
    platform.agents.set("weather", { ...WEATHER, reply: () => gate.promise });
    const first = ask({ query: "the forecast" });
    await eventually(() => (platform.seen.some(({ method }) => method === "POST") ? true : undefined));
    const second = await post({ query: "the forecast" });
    expect([second.status, second.headers.get("retry-after")]).toEqual([429, "1"]);
    gate.resolve(say("Fog."));
    await first;
    const third = await eventually(async () => {
      const events = await post({ query: "the forecast" });
      return events.status === 200 ? events.text() : undefined;
    });
    expect(third).toContain("Fog.");
  });

  test("with a caller who leaves frees his place", async () => {
    await restart({ MAX_CONCURRENT_REQUESTS: "1" });
    platform.agents.set("weather", { ...WEATHER, reply: () => new Promise(() => undefined) });
    const leaving = new AbortController();
    const body = JSON.stringify({ query: "the forecast" });
    const headers = { "content-type": "application/json" };
    const gone = fetch(`${router.url}/router`, { method: "POST", body, headers, signal: leaving.signal })
      .then((response) => response.text())
      .catch(() => "gone");
    await eventually(() => (platform.seen.some(({ method }) => method === "POST") ? true : undefined));
    leaving.abort();
    expect(await gone).toBe("gone");
    await eventually(async () => ((await metrics()).includes('outcome="left"} 1') ? true : undefined));
    expect(await ask({ query: "translate to french" })).toMatchObject({ length: 5 });
  });

  test("with a request that is too large is told", async () => {
    await restart({ MAX_FILE_SIZE: "2048" });
    expect((await post({ query: "x".repeat(4000) })).status).toBe(413);
    const form = new FormData();
    form.set("query", "translate this");
    form.set("file", new Blob(["x".repeat(4000)]), "large.txt");
    expect(
      (
        await fetch(`${router.url}/router`, {
          method: "POST",
          body: form,
          headers: { authorization: "Bearer me" },
        })
      ).status,
    ).toBe(413);
  });
});

describe("a language model", () => {
  const TWIN = {
    ...TRANSLATOR,
    card: { ...TRANSLATOR.card, name: "Interpreter" },
    reply: () => say("Guten Tag."),
  };

  beforeEach(async () => {
    platform.agents.set("interpreter", TWIN);
    await restart({
      OPENAI_API_KEY: "sk-test",
      OPENAI_BASE_URL: `${platform.url}/model`,
      EMBEDDING_PROVIDER: "none",
    });
  });

  test("decides between agents that come close", async () => {
    platform.modelSays = '{"agent": 2, "reason": "It speaks better."}';
    const events = await ask({ query: "translate good morning" });
    const asked = platform.seen.find(({ path }) => path === "/model/chat/completions");
    expect(asked?.authorization).toBe("Bearer sk-test");
    const second = /2\. (\w+):/.exec(asked?.text ?? "")?.[1]?.toLowerCase();
    expect(only(events, "choice")).toMatchObject({
      agent: second,
      method: "model",
      reason: "It speaks better.",
    });
  });

  test("that fails leaves the words to decide", async () => {
    platform.broken.set("model", 500);
    expect(only(await ask({ query: "translate good morning" }), "choice")).toMatchObject({ method: "text" });
    expect(await metrics()).toContain('nasiko_router_model_failures_total{model="openai gpt-4o-mini"} 1');
  });
});

describe("health", () => {
  const health = async (): Promise<readonly [number, unknown]> => {
    const response = await fetch(`${router.url}/router/health`);
    return [response.status, await response.json()];
  };

  test("is real: gateway, backend and service registry answer", async () => {
    expect(await health()).toMatchObject([
      200,
      {
        status: "ok",
        components: { gateway: "healthy", agent_registry: "healthy", service_registry: "healthy" },
      },
    ]);
    platform.broken.set("api", 503);
    expect(await health()).toMatchObject([
      503,
      { status: "degraded", components: { agent_registry: "answers 503" } },
    ]);
    platform.broken.delete("api");
    await platform.stop();
    expect(await health()).toMatchObject([
      503,
      { components: { gateway: expect.stringMatching(/^unreachable: /) as unknown } },
    ]);
    await platform.start();
    expect((await health())[0]).toBe(200);
  });

  test("and the agents' cards are there to read, and no agent sees who reads them", async () => {
    const headers = { authorization: "Bearer secret" };
    const read = async (): Promise<unknown> =>
      (await fetch(`${router.url}/router/agents`, { headers })).json();
    expect(await read()).toMatchObject({
      agents: [{ agent: "translator", card: { name: "Translator" } }, { agent: "weather" }],
      problems: [],
    });
    platform.agents.set("weather", { ...WEATHER, hash: "v1:2", card: { name: "Weather 2" } });
    expect(await read()).toMatchObject({
      agents: [{ agent: "translator" }, { card: { name: "Weather 2" } }],
    });
    expect(platform.seen.map(({ path }) => path).filter((path) => path.startsWith("/agents/"))).toEqual([]);
  });
});
