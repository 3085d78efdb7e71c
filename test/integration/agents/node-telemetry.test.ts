import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { type OtlpCollector, type ReceivedSpan, startCollector } from "../../support/otlp-collector.ts";

const ROOT = join(import.meta.dirname, "../../..");
const PRELOAD = join(ROOT, "services/agent-telemetry/dist/register.cjs");
const AGENTS = join(ROOT, "test/fixtures/telemetry/node");

/** SpanKind of OTLP. */
const [SERVER, CLIENT] = [2, 3];

let collector: OtlpCollector;
let models: Models;
beforeAll(async () => {
  [collector, models] = await Promise.all([startCollector(), startModels()]);
});
afterAll(async () => {
  await collector.close();
  await models.close();
});

describe.each(["agent.mjs", "agent.cjs"])("an agent that knows nothing of traces, %s", (file) => {
  const running: Agent[] = [];
  beforeAll(async () => {
    running.push(
      await startAgent(file, {}),
      await startAgent(file, { NODE_OPTIONS: `--require=${PRELOAD}` }),
    );
  });
  afterAll(() => Promise.all(running.map((agent) => agent.stop())));

  const ask = async (action: string, traceparent: string): Promise<readonly string[]> =>
    Promise.all(running.map((agent) => agent.ask(action, traceparent)));

  test.each([
    ["openai", "Hello", "gpt-test"],
    ["raw", "200 Hello", "gpt-test"],
    ["streamed", "Hello", "gpt-test"],
    ["anthropic", "Hello", "claude-test"],
    ["langchain", "Hello", "gpt-test"],
  ])("answers as ever, and its call of a model is in the trace: %s", async (action, answer, model) => {
    const { traceId, spanId, traceparent } = newTrace();
    expect(await ask(action, traceparent)).toEqual([answer, answer]);
    const spans = await spansOf(traceId, ({ kind }) => kind === SERVER);
    const server = only(spans.filter(({ kind }) => kind === SERVER));
    expect(server.parentSpanId).toBe(spanId);
    // LangChain calls a client of its own, which is known as well.
    const calls = spans.filter((span) => told(span)["openinference.span.kind"] === "LLM");
    expect(calls).toHaveLength(action === "langchain" ? 2 : 1);
    for (const call of calls) {
      expect(told(call)["llm.model_name"]).toBe(model);
      expect(isBelow(call, server, spans)).toBe(true);
    }
    // An answer that is streamed says nothing of tokens unless it is asked to.
    if (action !== "streamed")
      expect(calls.map(told)).toContainEqual(expect.objectContaining({ "llm.token_count.prompt": 3 }));
    const request = only(spans.filter(({ kind }) => kind === CLIENT));
    expect(isBelow(request, server, spans)).toBe(true);
    expect(models.traceparents()).toContain(`00-${traceId}-${request.spanId}-01`);
    expect(JSON.stringify(spans)).not.toMatch(/PROMPT|SECRET|Hello/);
  });

  test.each(["fetch", "http"])("passes the trace on to another agent: %s", async (action) => {
    const { traceId, traceparent } = newTrace();
    expect(await ask(action, traceparent)).toEqual(["other", "other"]);
    const spans = await spansOf(traceId, ({ kind }) => kind === SERVER);
    const request = only(spans.filter(({ kind }) => kind === CLIENT));
    expect(request.parentSpanId).toBe(only(spans.filter(({ kind }) => kind === SERVER)).spanId);
    expect(models.traceparents()).toContain(`00-${traceId}-${request.spanId}-01`);
    expect(JSON.stringify(spans)).not.toContain("SECRET");
  });

  test("a failure is one in the trace, in no words of its own", async () => {
    const { traceId, traceparent } = newTrace();
    expect(await ask("fail", traceparent)).toEqual(["failed", "failed"]);
    const [server] = await spansOf(traceId, ({ kind }) => kind === SERVER);
    expect(server?.status.code).toBe(2);
    expect(JSON.stringify(server)).not.toContain("PROMPT");
  });

  test("what is asked outside of a trace begins none", async () => {
    const before = collector.spans.length;
    await Promise.all(running.map((agent) => agent.ask("fetch", undefined)));
    expect(models.traceparents().at(-1)).toBeUndefined();
    // What would have been sent has been sent once a later request is there.
    const { traceId, traceparent } = newTrace();
    await ask("plain", traceparent);
    await spansOf(traceId, ({ kind }) => kind === SERVER);
    expect(collector.spans.slice(before).every((span) => span.traceId === traceId)).toBe(true);
  });
});

test("an agent that reports by itself finds nothing in its way", async () => {
  const agent = await startAgent("own-sdk.cjs", { NODE_OPTIONS: `--require=${PRELOAD}` });
  try {
    const { traceId, traceparent } = newTrace();
    expect(JSON.parse(await agent.ask("", traceparent))).toEqual({ isMine: true, spans: ["mine"] });
    const spans = await spansOf(traceId, ({ kind }) => kind === SERVER);
    expect(spans.map(({ name }) => name)).not.toContain("mine");
  } finally {
    await agent.stop();
  }
});

test.each([
  ["the SDK is switched off", { OTEL_SDK_DISABLED: "true" }],
  ["nobody takes traces", { OTEL_EXPORTER_OTLP_ENDPOINT: "" }],
  ["the collector does not answer", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }],
])("an agent runs where %s", async (_, env) => {
  const before = collector.spans.length;
  const agent = await startAgent("agent.cjs", { NODE_OPTIONS: `--require=${PRELOAD}`, ...env });
  expect(await agent.ask("openai", newTrace().traceparent)).toBe("Hello");
  await agent.stop();
  expect(collector.spans.length).toBe(before);
});

interface Agent {
  readonly ask: (action: string, traceparent: string | undefined) => Promise<string>;
  readonly stop: () => Promise<void>;
}

async function startAgent(file: string, env: Readonly<Record<string, string>>): Promise<Agent> {
  const child = spawn(process.execPath, [join(AGENTS, file)], {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: "agent",
      MODELS_URL: models.url,
      ...env,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const port = await firstLine(child);
  return {
    ask: async (action, traceparent) => {
      const headers = traceparent === undefined ? {} : { traceparent };
      return (await fetch(`http://127.0.0.1:${port}/${action}`, { headers })).text();
    },
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.stdin.end();
      }),
  };
}

async function firstLine({ stdout }: Pick<ChildProcess, "stdout">): Promise<string> {
  if (stdout === null) throw new Error("the agent's output is not read");
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error("the agent ended before it listened");
}

interface Models {
  readonly url: string;
  /** Of every request that came, in order. */
  readonly traceparents: () => readonly (string | undefined)[];
  readonly close: () => Promise<void>;
}

/** Answers as OpenAI and Anthropic do, and as another agent. */
async function startModels(): Promise<Models> {
  const traceparents: (string | undefined)[] = [];
  const server: Server = createServer((request, response) => {
    const { traceparent } = request.headers;
    traceparents.push(typeof traceparent === "string" ? traceparent : undefined);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const isStream = Buffer.concat(parts).includes('"stream":true');
      if (request.url?.startsWith("/agents") === true) return void response.end("other");
      response.setHeader("content-type", isStream ? "text/event-stream" : "application/json");
      if (isStream) return void response.end(STREAM);
      response.end(JSON.stringify(request.url?.includes("messages") === true ? MESSAGE : COMPLETION));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    traceparents: () => traceparents,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const COMPLETION = {
  ...{ id: "1", object: "chat.completion", created: 1, model: "gpt-test" },
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello" } }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};
const MESSAGE = {
  ...{ id: "1", type: "message", role: "assistant", model: "claude-test", stop_reason: "end_turn" },
  content: [{ type: "text", text: "Hello" }],
  usage: { input_tokens: 3, output_tokens: 2 },
};
const STREAM = [
  ...["Hel", "lo"].map((content) => {
    const choices = [{ index: 0, finish_reason: null, delta: { role: "assistant", content } }];
    return JSON.stringify({
      id: "1",
      object: "chat.completion.chunk",
      created: 1,
      model: "gpt-test",
      choices,
    });
  }),
  "[DONE]",
]
  .map((data) => `data: ${data}\n\n`)
  .join("");

interface Trace {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceparent: string;
}

function newTrace(): Trace {
  const traceId = randomBytes(16).toString("hex");
  const spanId = randomBytes(8).toString("hex");
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

/** Spans of a trace, once the one that ends last is there. */
async function spansOf(
  traceId: string,
  isLast: (span: ReceivedSpan) => boolean,
): Promise<readonly ReceivedSpan[]> {
  const ofTrace = (): readonly ReceivedSpan[] => collector.spans.filter((span) => span.traceId === traceId);
  await vi.waitFor(() => expect(ofTrace().some(isLast)).toBe(true), { timeout: 20_000, interval: 50 });
  return ofTrace();
}

function isBelow(span: ReceivedSpan, ancestor: ReceivedSpan, spans: readonly ReceivedSpan[]): boolean {
  if (span.parentSpanId === ancestor.spanId) return true;
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent !== undefined && isBelow(parent, ancestor, spans);
}

const told = (span: ReceivedSpan): Readonly<Record<string, unknown>> =>
  Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

function only<Item>(items: readonly Item[]): Item {
  expect(items).toHaveLength(1);
  const [item] = items;
  if (item === undefined) throw new Error("there is none");
  return item;
}
