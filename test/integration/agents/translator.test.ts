import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startService, type ServiceProcess } from "../services/support/service-process.ts";

const MAIN = new URL("../../../agents/translator/src/main.ts", import.meta.url).pathname;
const PUBLIC_URL = "http://gateway.example/agents/agent-translator/";
let agent: ServiceProcess;

beforeAll(async () => {
  agent = await startService(MAIN, { AGENT_PUBLIC_URL: PUBLIC_URL });
});
afterAll(async () => {
  expect(await agent.stop()).toBe(0);
});

interface RpcAnswer {
  readonly id: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

async function send(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${agent.url}/`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const call = async (
  method: string,
  params: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<RpcAnswer> => {
  const response = await send({ jsonrpc: "2.0", id: 7, method, params }, headers);
  expect(response.status).toBe(200);
  return (await response.json()) as RpcAnswer;
};

const asked = (...parts: readonly unknown[]): unknown => ({
  message: { kind: "message", messageId: "m1", role: "user", parts },
});
const text = (words: string): unknown => ({ kind: "text", text: words });

describe("the agent's card", () => {
  test.each(["/.well-known/agent-card.json", "/.well-known/agent.json"])("is at %s", async (path) => {
    const response = await fetch(`${agent.url}${path}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      name: "Translator",
      url: PUBLIC_URL,
      preferredTransport: "JSONRPC",
      protocolVersion: "0.3",
      defaultInputModes: ["text/plain"],
      skills: [{ id: "translate" }],
    });
  });

  test("names both versions to callers of A2A 1.0", async () => {
    const headers = { "a2a-version": "1.0" };
    const response = await fetch(`${agent.url}/.well-known/agent-card.json`, { headers });
    expect(await response.json()).toMatchObject({
      supportedInterfaces: [
        { url: PUBLIC_URL, protocolBinding: "JSONRPC", protocolVersion: "1.0" },
        { url: PUBLIC_URL, protocolBinding: "JSONRPC", protocolVersion: "0.3" },
      ],
    });
  });
});

describe("a caller of A2A 0.3", () => {
  test("gets a message back", async () => {
    expect(await call("message/send", asked(text("translate good morning to french")))).toMatchObject({
      jsonrpc: "2.0",
      id: 7,
      result: {
        kind: "message",
        role: "agent",
        parts: [{ kind: "text", text: '"good morning" in French: bonjour' }],
      },
    });
  });

  test("may put it in several parts; what is no text is passed over", async () => {
    const data = { kind: "data", data: { a: 1 } };
    expect(await call("message/send", asked(text("translate"), data, text("water to german")))).toMatchObject(
      {
        result: { parts: [{ text: '"water" in German: Wasser' }] },
      },
    );
  });

  test("may have it streamed", async () => {
    const params = asked(text("spanish: water"));
    const response = await send({ jsonrpc: "2.0", id: 7, method: "message/stream", params });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toContain("Spanish: agua");
  });

  test("learns what it can do when it asks for something else", async () => {
    const { result } = await call("message/send", asked(text("who are you")));
    expect(JSON.stringify(result)).toContain("I translate from English into French");
  });
});

test("a caller of A2A 1.0 gets a message back", async () => {
  const message = {
    messageId: "m1",
    role: "ROLE_USER",
    parts: [{ text: "translate good morning to german" }],
  };
  expect(await call("SendMessage", { message }, { "a2a-version": "1.0" })).toMatchObject({
    result: { message: { role: "ROLE_AGENT", parts: [{ text: '"good morning" in German: guten Morgen' }] } },
  });
});

describe("what is wrong", () => {
  test.each([
    ["an unknown method", { jsonrpc: "2.0", id: 7, method: "nope", params: {} }, -32601],
    ["no message", { jsonrpc: "2.0", id: 7, method: "message/send", params: {} }, -32602],
    ["an unknown task", { jsonrpc: "2.0", id: 7, method: "tasks/get", params: { id: "x" } }, -32001],
    ["no call", {}, -32600],
    ["no JSON", "{", -32700],
  ])("is answered with the protocol's own error: %s", async (_what, body, code) => {
    const answer = (await (await send(body)).json()) as RpcAnswer;
    expect(answer.error?.code).toBe(code);
  });

  test("is refused without a stack trace when it is too large", async () => {
    const response = await send("x".repeat(300_000));
    expect(response.status).toBe(413);
    expect(await response.text()).not.toContain("node_modules");
  });
});
