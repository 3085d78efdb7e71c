import { describe, expect, test } from "vitest";
import { readCard } from "../../../../engine/formats/a2a/card.ts";
import { cardText } from "../../../../services/nasiko-router/src/cards/agent-card.ts";
import type { RoutableAgent } from "../../../../services/nasiko-router/src/cards/directory.ts";
import { choose, named, type Choice } from "../../../../services/nasiko-router/src/choose/choose.ts";
import { cosine } from "../../../../services/nasiko-router/src/choose/embeddings.ts";
import type { Selector } from "../../../../services/nasiko-router/src/choose/selector.ts";
import { readSelection } from "../../../../services/nasiko-router/src/choose/language-model.ts";
import { readSettings } from "../../../../services/nasiko-router/src/settings.ts";

function agent(name: string, description: string): RoutableAgent {
  const card = readCard({ name: `The ${name}`, description });
  if (card === undefined) throw new Error("no card");
  return { agent: name, path: `/agents/agent-${name}`, hash: "v1:1", card, ...cardText(card) };
}
const poet = agent("poet", "Writes poems about animals");
const novelist = agent("novelist", "Writes poems about cities, and novels");
const cook = agent("cook", "Knows recipes");
const all = [cook, novelist, poet];

/** A selector that gives this selection, and keeps what it was shown. */
const selector = (
  selection: Awaited<ReturnType<Selector["select"]>> | Error,
  shown: string[][] = [],
): Selector => ({
  name: "model",
  method: "model",
  select: (_query, candidates) => {
    shown.push(candidates.map(({ name }) => name));
    return selection instanceof Error ? Promise.reject(selection) : Promise.resolve(selection);
  },
});
const forever = new AbortController().signal;
const chosen = (
  query: string,
  selectors: readonly Selector[] = [],
  failures: string[] = [],
): Promise<Choice> => choose(query, all, selectors, forever, (_selector, cause) => failures.push(cause));

describe("the choice", () => {
  test("is made by the words alone where they decide, and no selector is asked", async () => {
    const shown: string[][] = [];
    const choice = await chosen("a recipe for bread", [selector({ index: 0, reason: "" }, shown)]);
    expect(choice).toMatchObject({ kind: "agent", agent: cook, method: "text", others: [] });
    expect(choice.reason).toContain("1 word: recipe.");
    expect(shown).toEqual([]);
  });

  test("between close agents is the selector's, with its reason", async () => {
    const shown: string[][] = [];
    const second = selector({ index: 1, reason: "It knows cities." }, shown);
    const choice = await chosen("write poems", [second]);
    expect(shown).toEqual([["The poet", "The novelist"]]);
    expect(choice).toMatchObject({
      agent: novelist,
      method: "model",
      reason: "It knows cities.",
      others: ["poet"],
    });
  });

  test("falls to the next selector, and then to the words, when one fails", async () => {
    const failures: string[] = [];
    const broken = selector(new Error("no answer in time"));
    expect(await chosen("write poems", [broken, selector({ index: 1, reason: "" })], failures)).toMatchObject(
      {
        agent: novelist,
      },
    );
    expect(await chosen("write poems", [broken, broken], failures)).toMatchObject({
      agent: poet,
      method: "text",
      others: ["novelist"],
    });
    expect(failures).toEqual(["no answer in time", "no answer in time", "no answer in time"]);
  });

  test("where no words fit is the selector's among all, and may be nobody", async () => {
    expect(await chosen("something to eat", [selector({ index: 0, reason: "Food." })])).toMatchObject({
      agent: cook,
    });
    expect(await chosen("fix my car", [selector({ index: undefined, reason: "Not a garage." })])).toEqual({
      kind: "none",
      reason: "Not a garage.",
    });
  });

  test("without a selector is nobody where no words fit, and says who is there", async () => {
    expect(await chosen("fix my car")).toEqual({
      kind: "none",
      reason:
        "No agent's card has enough in common with the request. Running: The cook, The novelist, The poet.",
    });
    expect(await choose("x", [], [], forever, () => undefined)).toEqual({
      kind: "none",
      reason: "No agent is running at present.",
    });
  });

  test("of a caller who names an agent is that agent", () => {
    for (const name of ["poet", "agent-poet", "the Poet", " poet "])
      expect(named(name, all)).toMatchObject({ kind: "agent", agent: poet, method: "asked" });
    expect(named("plumber", all)).toMatchObject({ kind: "none" });
  });
});

test.each<[string, unknown]>([
  ['{"agent": 2, "reason": "fits"}', { index: 1, reason: "fits" }],
  ['Sure! ```json\n{"agent": 1, "reason": ""}\n```', { index: 0, reason: "" }],
  ['{"agent": 0, "reason": "none"}', { index: undefined, reason: "none" }],
  ['{"agent": 4}', undefined],
  ['{"agent": -1}', undefined],
  ['{"agent": "1"}', undefined],
  ["{agent: 1}", undefined],
  ["1", undefined],
])("what a model wrote, %j, is read as %j", (content, expected) => {
  expect(readSelection(content, 3)).toEqual(expected);
});

test("likeness is a cosine", () => {
  expect(cosine([1, 0], [2, 0])).toBeCloseTo(1);
  expect(cosine([1, 0], [0, 3])).toBe(0);
  expect(cosine([1, 1], [-1, -1])).toBeCloseTo(-1);
  expect(cosine([1], [1, 2])).toBe(0);
  expect(cosine([0, 0], [1, 2])).toBe(0);
});

describe("the settings", () => {
  test("without a key ask no model", () => {
    expect(readSettings({ OPENAI_API_KEY: "", OLLAMA_SERVER: "http://ollama:11434" })).toMatchObject({
      model: undefined,
      embedding: undefined,
      largestRequest: 10 * 1024 * 1024,
      requestTimeout: 60_000,
      concurrency: 10,
    });
  });

  test("ask whoever has a key, unless they say otherwise", () => {
    const keys = { OPENROUTER_API_KEY: "k1", MINIMAX_API_KEY: "k2", JINA_API_KEY: "k3" };
    expect(readSettings(keys)).toMatchObject({
      model: { provider: "openrouter", key: "k1" },
      embedding: { provider: "jina", key: "k3" },
    });
    expect(readSettings({ ...keys, ROUTER_LLM_PROVIDER: "minimax", ROUTER_LLM_MODEL: "m" })).toMatchObject({
      model: { provider: "minimax", key: "k2", model: "m" },
    });
    expect(readSettings({ ...keys, ROUTER_LLM_PROVIDER: "none" })).toMatchObject({
      model: undefined,
      embedding: undefined,
    });
    expect(
      readSettings({ ROUTER_LLM_PROVIDER: "ollama", OLLAMA_SERVER: "http://ollama:11434/" }),
    ).toMatchObject({
      model: { baseUrl: "http://ollama:11434/v1", key: "" },
      embedding: { baseUrl: "http://ollama:11434", provider: "ollama" },
    });
  });

  test("that are wrong are all named", () => {
    const wrong = {
      PORT: "x",
      KONG_GATEWAY_URL: "kong:8000",
      REQUEST_TIMEOUT: "0",
      MAX_CONCURRENT_REQUESTS: "1.5",
    };
    expect(() => readSettings(wrong)).toThrow(
      /PORT.*KONG_GATEWAY_URL.*REQUEST_TIMEOUT.*MAX_CONCURRENT_REQUESTS/,
    );
    expect(() => readSettings({ ROUTER_LLM_PROVIDER: "openai" })).toThrow("needs OPENAI_API_KEY");
  });
});
