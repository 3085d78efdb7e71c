import { expect, test } from "vitest";

import { countLosses } from "../../../../services/lib/telemetry/count-losses.ts";
import { withoutQuery } from "../../../../services/lib/telemetry/without-query.ts";

type Exporter = Parameters<typeof countLosses>[0];

test("spans that nobody takes are counted, and told of once a minute", () => {
  const lines: unknown[] = [];
  let now = 1000;
  let failure: { readonly error?: Error } = { error: new Error("connect ECONNREFUSED") };
  const exporter: Exporter = {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- The enum is of a package that only services/lib has.
    export: (_spans, done) => done({ code: 0, ...failure }),
    shutdown: () => Promise.resolve(),
  };
  const counting = countLosses(
    exporter,
    (level, message, fields) => lines.push([level, message, fields?.["lost"], fields?.["error"]]),
    () => now,
  );
  // Only how many there are is looked at.
  const send = (spans: number): void => counting.export(new Array<never>(spans), () => undefined);
  send(3);
  send(4);
  expect(lines).toEqual([["warn", "spans lost", 3, "connect ECONNREFUSED"]]);
  now += 60_000;
  const broken = failure;
  failure = {};
  send(5);
  expect(lines).toHaveLength(1);
  failure = broken;
  send(1);
  expect(lines.slice(1)).toEqual([["warn", "spans lost", 8, "connect ECONNREFUSED"]]);
});

test("where a request goes is told without its query and without credentials", () => {
  expect(withoutQuery({ origin: "http://user:word@host:8000", path: "/a/b?api_key=1" })).toEqual({
    "url.full": "http://host:8000/a/b",
    "url.query": "",
  });
});
