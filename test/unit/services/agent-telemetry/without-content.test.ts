import { SpanStatusCode } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { withoutContent } from "../../../../services/agent-telemetry/src/without-content.ts";

const ATTRIBUTES = {
  "http.request.method": "POST",
  "url.full": "http://me:SECRET@models:8000/v1/chat?key=SECRET#SECRET",
  "url.query": "key=SECRET",
  "http.request.header.authorization": ["Bearer SECRET"],
  "llm.model_name": "gpt-1",
  "llm.token_count.prompt": 3,
  "llm.input_messages.0.message.content": "PROMPT",
  "llm.invocation_parameters": '{"user":"PROMPT"}',
  "input.value": "PROMPT",
  "output.value": "PROMPT",
};

function exported(withContent: boolean) {
  const memory = new InMemorySpanExporter();
  const exporter = withoutContent(memory, withContent);
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const span = provider.getTracer("test").startSpan("call", { attributes: ATTRIBUTES });
  span.recordException(new Error("PROMPT"));
  span.setStatus({ code: SpanStatusCode.ERROR, message: "PROMPT" });
  span.end();
  const [one] = memory.getFinishedSpans();
  if (one === undefined) throw new Error("the span was not exported");
  const { name, attributes, events, status } = one;
  return { name, attributes, events, status, id: one.spanContext().spanId };
}

test("of a call what kind it is and how much it was is told, and nothing that was said", () => {
  const span = exported(false);
  expect(span).toMatchObject({ name: "call", status: { code: 2 }, events: [] });
  expect(span.id).toMatch(/^[0-9a-f]{16}$/);
  expect(span.attributes).toEqual({
    "http.request.method": "POST",
    "url.full": "http://models:8000/v1/chat",
    "llm.model_name": "gpt-1",
    "llm.token_count.prompt": 3,
  });
  expect(JSON.stringify(span)).not.toMatch(/SECRET|PROMPT/);
});

test("where content is wanted, queries, headers and logins still go nowhere", () => {
  const span = exported(true);
  expect(span.attributes).toMatchObject({ "input.value": "PROMPT", "output.value": "PROMPT" });
  expect(JSON.stringify(span)).not.toContain("SECRET");
});
