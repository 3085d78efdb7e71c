import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeTraceRequest } from "../../../../offline/stand-ins/langtrace-client/src/otlp/messages.ts";
import { spansOf } from "../../../../offline/stand-ins/langtrace-client/src/otlp/spans.ts";
import { literal } from "../../../../offline/stand-ins/langtrace-client/src/store/clickhouse.ts";
import {
  tracesOf,
  type StoredSpan,
} from "../../../../offline/stand-ins/langtrace-client/src/store/traces.ts";
import { JSON_EXPORT, PROTOBUF_EXPORT } from "./exports.ts";

const EXPECTED = {
  service: "agent-translator",
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: "eee19b7ec3c1b174",
  parentId: "eee19b7ec3c1b173",
  name: "translate",
  kind: 2,
  start: 1_700_000_000_123_456_789n,
  end: 1_700_000_001_987_654_321n,
  status: 2,
  statusMessage: "refused",
  attributes: { "llm.model": "llama3.2", "llm.tokens": 42, cached: true, ratio: 0.5, tags: ["a", "b"] },
  events: [{ name: "retry", time: "1700000000500000000", attributes: { attempt: 2 } }],
};

describe("spans in OTLP", () => {
  test("are read from what OpenTelemetry's exporter writes in protobuf, to the nanosecond", () => {
    expect(spansOf(decodeTraceRequest(PROTOBUF_EXPORT), "base64")).toEqual([EXPECTED]);
  });

  test("are read from what it writes in JSON, to the nanosecond", () => {
    expect(spansOf(JSON_EXPORT, "hex")).toEqual([EXPECTED]);
  });

  test("may be missing everything but their ids", () => {
    const bare = { traceId: "AB".repeat(16), spanId: "cd".repeat(8), parentSpanId: "0000000000000000" };
    const [span] = spansOf({ resourceSpans: [{ scopeSpans: [{ spans: [bare] }] }] }, "hex");
    expect(span).toMatchObject({
      service: "unknown_service",
      traceId: "ab".repeat(16),
      parentId: "",
      name: "",
    });
    expect(spansOf({}, "hex")).toEqual([]);
  });

  test("keep integers that no number can hold as texts", () => {
    const attributes = [{ key: "big", value: { intValue: "9007199254740993" } }];
    const span = { traceId: "ab".repeat(16), spanId: "cd".repeat(8), attributes };
    const [read] = spansOf({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }, "hex");
    expect(read?.attributes).toEqual({ big: "9007199254740993" });
  });

  test.each([
    ["an id of the wrong length", { traceId: "abcd", spanId: "cd".repeat(8) }, /traceId: not 16 bytes/],
    ["an id that is not hex", { traceId: "z".repeat(32), spanId: "cd".repeat(8) }, /traceId/],
    ["no id", { spanId: "cd".repeat(8) }, /spans\.0\.traceId/],
  ])("with %s are refused, saying where", (_what, span, reason) => {
    expect(() => spansOf({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }, "hex")).toThrow(reason);
  });

  test("are refused when the bytes are no such message, and never crash the reader", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          spansOf(decodeTraceRequest(bytes), "base64");
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
    expect(() => decodeTraceRequest(PROTOBUF_EXPORT.subarray(0, 100))).toThrow();
  });
});

describe("a text in a ClickHouse statement", () => {
  test("ends nowhere but at its end, and reads back as itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", "\\", "a", " ", ";", "\n") }), (text) => {
        const written = literal(text);
        const inner = written.slice(1, -1);
        expect(inner).toMatch(/^(?:[^'\\]|\\['\\])*$/);
        expect(inner.replaceAll(/\\(.)/gs, "$1")).toBe(text);
      }),
    );
  });
});

describe("spans that are read back", () => {
  const stored = (trace: string, span: string, started: string): StoredSpan => ({
    project: "p",
    service: "p",
    trace_id: trace,
    span_id: span,
    parent_id: "",
    name: span,
    kind: 1,
    started,
    ended: started,
    status: 0,
    status_message: "",
    attributes: {},
    events: [],
  });

  test("are grouped by trace, the trace that went on last first, each span once", () => {
    const traces = tracesOf([
      stored("old", "a", "1"),
      stored("new", "b", "2"),
      stored("old", "c", "3"),
      stored("old", "c", "3"),
      stored("new", "d", "10"),
    ]);
    expect(traces.map(({ traceId, spans }) => [traceId, ...spans.map(({ span_id }) => span_id)])).toEqual([
      ["new", "b", "d"],
      ["old", "a", "c"],
    ]);
  });
});
