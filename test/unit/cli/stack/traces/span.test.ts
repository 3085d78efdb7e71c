import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { waterfall } from "../../../../../cli/render/waterfall.ts";
import { placed, serviceOf, type Span, summaryOf } from "../../../../../cli/stack/traces/span.ts";

const span = (spanId: string, parentId?: string, more: Partial<Span> = {}): Span => ({
  ...{ traceId: "t", spanId, parentId, name: spanId, start: 0, end: 10, failed: false, attributes: {} },
  ...more,
});
const shape = (spans: readonly Span[]): readonly (readonly [string, number])[] =>
  placed(spans).map(({ span: { spanId }, depth }) => [spanId, depth] as const);

describe("the parts of a trace", () => {
  test("stand below what they are part of, by their beginning", () => {
    const spans = [span("d", "b"), span("c", "a", { start: 5 }), span("b", "a", { start: 2 }), span("a")];
    expect(shape(spans)).toEqual([
      ["a", 0],
      ["b", 1],
      ["d", 2],
      ["c", 1],
    ]);
  });

  test("stand at the top where the part above them was lost, and are shown once however they refer to each other", () => {
    expect(shape([span("b", "lost"), span("a")])).toEqual([
      ["b", 0],
      ["a", 0],
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.option(fc.integer({ max: 5 })))),
        (pairs) => {
          const spans = pairs.map(([id, parent]) =>
            span(String(id), parent === null ? undefined : String(parent)),
          );
          const shown = placed(spans).map(({ span: one }) => one);
          expect(new Set(shown).size).toBe(shown.length);
        },
      ),
    );
  });

  test("tell who did them, as far as anybody said so", () => {
    expect(serviceOf(span("x", undefined, { attributes: { "service.name": "nasiko-router" } }))).toBe(
      "nasiko-router",
    );
    expect(serviceOf(span("kong.balancer"))).toBe("kong");
    expect(serviceOf(span("kongress", undefined, { attributes: { "service.name": 7 } }))).toBe("");
  });

  test("add up to one time from the first beginning to the last end, which failed when one of them did", () => {
    const spans = [
      span("a", undefined, { start: 100, end: 150 }),
      span("b", "a", { start: 90, end: 260, failed: true }),
    ];
    expect(summaryOf(spans)).toEqual({ traceId: "t", name: "a", start: 90, milliseconds: 170, failed: true });
  });
});

test("a waterfall has a bar for each part, however short, on one scale", () => {
  const bar = (start: number, end: number, depth: number, failed = false) => ({
    ...{ who: "kong", what: "GET", depth, start, end, failed },
  });
  const lines = waterfall([bar(1000, 2000, 0), bar(1500, 1500, 1), bar(1750, 2000, 1, true)]).split("\n");
  expect(lines).toEqual([
    `kong  GET      1000 ms  ${"█".repeat(32)}`,
    `kong    GET       0 ms  ${" ".repeat(16)}█`,
    `kong    GET     250 ms  ${" ".repeat(24)}${"█".repeat(8)}  failed`,
  ]);
});

test("of a long name a waterfall shows the end, which tells the most", () => {
  const what = "a2a.server.request_handlers.default_request_handler.DefaultRequestHandler.on_message_send";
  const line = waterfall([{ who: "calculator", what, depth: 1, start: 0, end: 5, failed: false }]);
  expect(line).toMatch(/^calculator {4}….{39} {2,}5 ms {2}/);
  expect(line).toContain(".on_message_send");
});
