import { describe, expect, test } from "vitest";
import { parsePage, toPage } from "../../../../../offline/stand-ins/kong/src/admin/page.ts";
import { draftChange, draftReplacement } from "../../../../../offline/stand-ins/kong/src/admin/draft.ts";
import { exampleService, idOf } from "./examples.ts";
import { objectWith } from "./loosely.ts";

describe("a page of a list", () => {
  const entities = [1, 2, 3].map((number) => ({ id: idOf(number) }));

  test("leads to the next one until there is none", () => {
    const query = { size: "2", tags: "a,b" };
    const request = parsePage(query);
    expect(request).toEqual({ size: 2, after: undefined, tags: { tags: ["a", "b"], mode: "all" } });
    const page = toPage(entities, request, "/services", query);
    expect(page.data).toEqual(entities.slice(0, 2));
    expect(page.next).toBe(`/services?offset=${page.offset ?? ""}&tags=a%2Cb&size=2`);
    expect(parsePage({ offset: page.offset }).after).toBe(idOf(2));
    expect(toPage(entities.slice(2), request, "/services", query)).toEqual({
      data: entities.slice(2),
      next: null,
    });
  });

  test.each([
    [{ size: "0" }, 9],
    [{ size: "1001" }, 9],
    [{ size: "x" }, 9],
    [{ offset: "x" }, 7],
    [{ offset: Buffer.from('["1"]').toString("base64url") }, 7],
    [{ tags: "" }, 11],
    [{ tags: "a,b/c" }, 11],
  ])("is refused for %j", (query, code) => {
    expect(() => parsePage(query)).toThrow(objectWith({ status: 400, body: objectWith({ code }) }));
  });

  test("may ask for any of several tags", () => {
    expect(parsePage({ tags: "a/b" }).tags).toEqual({ tags: ["a", "b"], mode: "any" });
  });
});

describe("a change", () => {
  const current = { ...exampleService({ tags: ["t"] }), config: { minute: 5, list: [1, 2] } };

  test("by PATCH keeps what is not given, record by record", () => {
    expect(draftChange(current, { id: "other", config: { hour: 9, list: [3] }, tags: null }, 99)).toEqual({
      ...current,
      tags: null,
      config: { minute: 5, hour: 9, list: [3] },
      updated_at: 99,
    });
  });

  test("by PUT keeps only who it is", () => {
    const stamp = { id: idOf(77), now: 99 };
    const { id, created_at } = current;
    expect(draftReplacement(current, { host: "new" }, { name: "n" }, stamp)).toEqual({
      id,
      created_at,
      updated_at: 99,
      name: "n",
      host: "new",
    });
    expect(draftReplacement(undefined, { host: "new" }, { name: "n" }, stamp)).toEqual({
      id: idOf(77),
      created_at: 99,
      updated_at: 99,
      name: "n",
      host: "new",
    });
  });
});
