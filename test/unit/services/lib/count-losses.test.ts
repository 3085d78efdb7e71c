import type { SpanExporter } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";

import { countLosses } from "../../../../services/lib/telemetry/count-losses.ts";
import { withoutQuery } from "../../../../services/lib/telemetry/without-query.ts";

test("spans that nobody takes are counted, and told of once a minute", () => {
  const lines: unknown[] = [];
  let now = 1000;
  let code = 1;
  const exporter: SpanExporter = {
    export: (_spans, done) => done({ code, error: new Error("connect ECONNREFUSED") }),
    shutdown: () => Promise.resolve(),
  };
  const counting = countLosses(
    exporter,
    (level, message, fields) => lines.push([level, message, fields?.["lost"]]),
    () => now,
  );
  const send = (spans: number): void =>
    // Only how many there are is looked at.
    counting.export(Array.from({ length: spans }) as never[], () => undefined);
  send(3);
  send(4);
  expect(lines).toEqual([["warn", "spans lost", 3]]);
  now += 60_000;
  code = 0;
  send(5);
  expect(lines).toHaveLength(1);
  code = 1;
  send(1);
  expect(lines.slice(1)).toEqual([["warn", "spans lost", 8]]);
});

test("where a request goes is told without its query and without credentials", () => {
  expect(withoutQuery({ origin: "http://user:word@host:8000", path: "/a/b?api_key=1" })).toEqual({
    "url.full": "http://host:8000/a/b",
    "url.query": "",
  });
});
