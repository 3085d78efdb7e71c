import fc from "fast-check";
import { expect, test } from "vitest";
import { isAgentName, toAgentName } from "../../../../services/nasiko-backend/src/agent-name.ts";
import { before } from "../../../../services/nasiko-backend/src/routes/deployment.ts";
import { search } from "../../../../services/nasiko-backend/src/search.ts";
import type { UploadDocument, UploadStatus } from "../../../../services/nasiko-backend/src/uploads.ts";

const AGENTS = [
  { name: "weather", text: "Tells the weather of a city" },
  { name: "translator", text: "Translates texts, also weather reports" },
  { name: "github", text: "Lists issues" },
];
const find = (query: string, limit = 10): readonly string[] =>
  search(
    AGENTS,
    query,
    ({ name, text }) => [
      { text: name, weight: 3 },
      { text, weight: 1 },
    ],
    limit,
  ).map(({ name }) => name);

test("a name counts more than a mention, and the beginning of a word is enough", () => {
  expect(find("weather")).toEqual(["weather", "translator"]);
  expect(find("WEATH")).toEqual(["weather", "translator"]);
  expect(find("weather reports")).toEqual(["translator"]);
  expect(find("eather")).toEqual([]);
  expect(find("weather", 1)).toEqual(["weather"]);
});

test("nothing asked finds all, nothing but signs finds none", () => {
  expect(find("")).toEqual(["weather", "translator", "github"]);
  expect(find("?!")).toEqual([]);
});

test("a longer query never finds more", () => {
  const word = fc.constantFrom("weather", "city", "lists", "a", "zzz", "tr");
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), word, (words, one) => {
      const all = find(words.join(" "));
      expect(all).toEqual(expect.arrayContaining([...find([...words, one].join(" "))]));
    }),
  );
});

test("a name becomes one that can be used, or none", () => {
  expect(toAgentName(" My_Agent 2.0 ")).toBe("my-agent-2-0");
  expect(toAgentName("Ünser Agent")).toBeUndefined();
  expect(toAgentName("../x")).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const name = toAgentName(text);
      if (name !== undefined) expect(isAgentName(name) && toAgentName(name) === name).toBe(true);
    }),
  );
});

test("a rollback goes to the version before the one that is served", () => {
  const versions = (...statuses: readonly UploadStatus[]): readonly UploadDocument[] =>
    statuses.map((status, index) => ({
      ...{ upload_id: String(index), agent_name: "x", version: String(index), path: "", owner_id: "" },
      ...{ status, step: null, error: null, url: null, created_at: new Date(0), updated_at: new Date(0) },
    }));
  expect(before(versions("active", "superseded", "superseded"))?.version).toBe("1");
  expect(before(versions("failed", "active", "superseded"))?.version).toBe("2");
  expect(before(versions("active", "failed", "superseded"))?.version).toBe("2");
  expect(before(versions("failed", "superseded"))?.version).toBe("1");
  expect(before(versions("active"))).toBeUndefined();
});
