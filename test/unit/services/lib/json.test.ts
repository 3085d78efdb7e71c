import { Readable } from "node:stream";
import fastify from "fastify";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundJsonBodies } from "../../../../services/lib/json-bodies.ts";
import { jsonProblem } from "../../../../engine/formats/json-limits.ts";
import { JsonTooLarge, parseBoundedJson } from "../../../../services/lib/json.ts";
import { BodyTooLarge, readJson } from "../../../../services/lib/read-limited.ts";

const LIMITS = { values: 100, depth: 5 };

describe("JSON from outside", () => {
  test("is parsed when it is no more than allowed, whatever its texts hold", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 2 }), (text) => {
        expect(parseBoundedJson(text, { values: 100_000, depth: 100 })).toEqual(JSON.parse(text));
      }),
    );
    expect(parseBoundedJson('{"a":"[[[[[[[[,,,\\"]{","b\\\\":["\\\\"]}', LIMITS)).toBeDefined();
  });

  test("is counted as what it becomes", () => {
    const count = (value: unknown): number =>
      typeof value === "object" && value !== null
        ? Object.values(value).reduce((sum: number, one) => sum + count(one), 1)
        : 1;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        expect(jsonProblem(text, { values: 2 * count(value), depth: 100 })).toBeUndefined();
        expect(jsonProblem(text, { values: Math.ceil(count(value) / 2) - 1, depth: 100 })).toBeDefined();
      }),
    );
  });

  test.each([
    ["empty objects", `[${"{},".repeat(1000)}{}]`],
    ["numbers", `[${"1,".repeat(1000)}1]`],
    ["depth", "[".repeat(100_000)],
    ["depth of objects", '{"a":'.repeat(1000)],
  ])("that becomes too many of %s is refused before anything is made of it", (_what, text) => {
    expect(() => parseBoundedJson(text, LIMITS)).toThrow(JsonTooLarge);
  });

  test("that is none is still said to be none", () => {
    for (const text of ["", "{", '"', "[1,]", '"\\', "]]]]"])
      expect(() => parseBoundedJson(text, LIMITS)).toThrow(SyntaxError);
  });
});

test("an answer is read no further than it may be large", async () => {
  let asked = 0;
  // eslint-disable-next-line @typescript-eslint/require-await -- an async iterable is what a socket gives
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      asked++;
      yield Buffer.alloc(1000);
    }
  }
  await expect(readJson(endless(), { ...LIMITS, size: 10_000 })).rejects.toThrow(BodyTooLarge);
  expect(asked).toBe(11);
  expect(
    await readJson(Readable.from([Buffer.from('{"a"'), Buffer.from(":1}")]), { ...LIMITS, size: 10 }),
  ).toEqual({ a: 1 });
  expect(await readJson(null, { ...LIMITS, size: 10 })).toBeUndefined();
});

test("a service refuses a body that would become too much, and takes others", async () => {
  const app = fastify();
  boundJsonBodies(app, LIMITS);
  app.post("/", ({ body }) => ({ body }));
  const send = async (payload: string): Promise<number> =>
    (await app.inject({ method: "POST", url: "/", payload, headers: { "content-type": "application/json" } }))
      .statusCode;
  expect(await send('{"a":[1,2]}')).toBe(200);
  expect(await send(`[${"{},".repeat(1000)}{}]`)).toBe(413);
  expect(await send("{")).toBe(400);
  expect(await send('{"__proto__":1}')).toBe(400);
});
