import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonLines } from "../../../../services/nasiko-web/src/page/lines.ts";
import { read } from "../../../../services/nasiko-web/src/page/talk.ts";
import { ago } from "../../../../services/nasiko-web/src/page/time.ts";
import { addressOf, readAddress } from "../../../../services/nasiko-web/src/page/address.ts";

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [index, edge] of edges.slice(1).entries())
    yield await Promise.resolve(bytes.subarray(edges[index], edge));
}

test("values come out as they went in, wherever the network cuts them", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue()),
      fc.array(fc.nat()),
      fc.boolean(),
      async (values, cuts, ended) => {
        const text = values.map((value) => JSON.stringify(value)).join("\n") + (ended ? "\n" : "");
        const found: unknown[] = [];
        for await (const value of jsonLines(pieces(new TextEncoder().encode(text), cuts))) found.push(value);
        expect(found).toEqual(values.map((value) => JSON.parse(JSON.stringify(value)) as unknown));
      },
    ),
  ));

test("an address leads back to what it was made from", () =>
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 3 }), (path) => {
      expect(readAddress(addressOf("chat", ...path))).toEqual(["chat", ...path]);
    }),
  ));

test.each(["", "#", "#/", "#/%E0%A4%A"])("the address %j leads nowhere in particular", (hash) => {
  expect(readAddress(hash)).toEqual([]);
});

describe("a time", () => {
  const now = Date.parse("2026-05-20T12:00:00Z");
  test.each([
    ["2026-05-20T11:59:40Z", "just now"],
    ["2026-05-20T12:00:05Z", "just now"],
    ["2026-05-20T11:58:30Z", "1 minute ago"],
    ["2026-05-20T09:00:00Z", "3 hours ago"],
    ["2026-05-19T11:00:00Z", "yesterday"],
    ["2026-05-15T11:00:00Z", "5 days ago"],
    ["2026-03-02T12:00:00Z", "Mar 2, 2026"],
    ["never", ""],
  ])("%s is %j", (iso, expected) => {
    expect(ago(iso, now)).toBe(expected);
  });
});

test.each<[Readonly<Record<string, unknown>>, unknown]>([
  [
    { type: "progress", message: "m" },
    { kind: "progress", text: "m" },
  ],
  [
    { type: "choice", name: "n", reason: "r" },
    { kind: "choice", name: "n", reason: "r" },
  ],
  [
    { type: "reply", text: "t" },
    { kind: "reply", text: "t" },
  ],
  [
    { type: "none", reason: "r" },
    { kind: "remark", text: "r" },
  ],
  [
    { type: "warning", message: "m" },
    { kind: "remark", text: "m" },
  ],
  [
    { type: "error", message: 7 },
    { kind: "failure", text: "" },
  ],
  [{ type: "done" }, undefined],
  [{}, undefined],
])("the router's %j is %j on the page", (event, expected) => {
  expect(read(event)).toEqual(expected);
});
