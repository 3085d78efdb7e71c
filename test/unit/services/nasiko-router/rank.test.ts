import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AgentText } from "../../../../services/nasiko-router/src/cards/agent-card.ts";
import { rank } from "../../../../services/nasiko-router/src/rank/bm25.ts";
import { candidatesOf } from "../../../../services/nasiko-router/src/rank/candidates.ts";
import { words } from "../../../../services/nasiko-router/src/rank/words.ts";

interface Agent extends AgentText {
  readonly id: string;
}
const agent = (id: string, parts: Partial<AgentText> = {}): Agent => ({
  id,
  names: [id],
  tags: [],
  examples: [],
  descriptions: [],
  ...parts,
});

const translator = agent("Translator", {
  tags: ["translation", "french", "german"],
  examples: ["translate good morning to french", "how do you say thank you in German?"],
  descriptions: ["Translates words and everyday phrases from English."],
});
const weather = agent("Weather monitor", {
  tags: ["forecast", "temperature"],
  examples: ["will it rain in Paris tomorrow?"],
  descriptions: ["Tells the weather of any city, now and for the next days."],
});
const github = agent("GitHub agent", {
  tags: ["code", "repositories", "pull requests"],
  examples: ["list my open pull requests"],
  descriptions: ["Works with repositories, issues and commits."],
});
const all = [translator, weather, github];
const best = (query: string): string | undefined => {
  const { close, fits } = candidatesOf(rank(query, all));
  return fits ? close[0]?.item.id : undefined;
};

describe("words", () => {
  test.each<[string, readonly string[]]>([
    ["Translating the bills!", ["translat", "bill"]],
    ["What's the weather?", ["weather"]],
    ["Crème BRÛLÉE", ["creme", "brule"]],
    ["日本語 を 翻訳", ["日本語", "翻訳"]],
    ["could you please help me", []],
    ["", []],
  ])("%j are %j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test("do not depend on case, accents in whatever form, or punctuation around them", () =>
    fc.assert(
      fc.property(fc.constantFrom("résumé", "naïve", "translation", "Übersetzung"), (word) => {
        expect(words(`(${word.toUpperCase()}!)`)).toEqual(words(word.normalize("NFD")));
      }),
    ));
});

describe("the ranking", () => {
  test.each([
    ["translate this letter into French please", "Translator"],
    ["how is 'cat' said in german", "Translator"],
    ["what will the temperature be tomorrow", "Weather monitor"],
    ["is it going to rain", "Weather monitor"],
    ["show the commits of that repository", "GitHub agent"],
    ["any pull request waiting for me?", "GitHub agent"],
  ])("finds for %j the %s", (query, expected) => {
    expect(best(query)).toBe(expected);
  });

  test.each(["", "hello, can you help me?", "book a table for two at a sushi restaurant", "42"])(
    "finds nobody for %j",
    (query) => {
      expect(best(query)).toBeUndefined();
    },
  );

  test("takes one chance word in a long question for what it is", () => {
    const chance =
      "summarise chapter seven of this novel about dragons, castles, kings, wizards, swords, rivers, mountains and rain";
    expect(best(chance)).toBeUndefined();
  });

  test("tells which words decided", () => {
    expect(rank("translate to french", all)[0]?.matched).toEqual(["translate", "french"]);
  });

  test("calls agents close whose cards say the same", () => {
    const { close } = candidatesOf(rank("translate", [translator, { ...translator, id: "Other" }, weather]));
    expect(close.map(({ item }) => item.id).toSorted()).toEqual(["Other", "Translator"]);
  });
});

describe("for any cards and any query", () => {
  const vocabulary = ["paint", "sing", "cook", "dance", "write", "swim", "climb", "sail", "knit", "juggle"];
  const word = fc.constantFrom(...vocabulary);
  const text = fc.array(word, { maxLength: 6 }).map((list) => list.join(" "));
  const texts = fc.array(text, { maxLength: 3 });
  const cards = fc.uniqueArray(
    fc
      .tuple(fc.nat(99), texts, texts, texts, texts)
      .map(([id, names, tags, examples, descriptions]) =>
        agent(`agent${id}`, { names: [`agent${id}`, ...names], tags, examples, descriptions }),
      ),
    { selector: ({ id }) => id, maxLength: 8 },
  );
  const held = (item: AgentText): ReadonlySet<string> =>
    new Set([...item.names, ...item.tags, ...item.examples, ...item.descriptions].flatMap(words));
  const run = (property: (items: readonly Agent[], query: string) => void): void =>
    fc.assert(fc.property(cards, text, property), { numRuns: 500 });

  test("everyone is ranked once, from best to worst, with finite scores and shares from 0 to 1", () =>
    run((items, query) => {
      const ranking = rank(query, items);
      expect(new Set(ranking.map(({ item }) => item))).toEqual(new Set(items));
      expect(ranking).toHaveLength(items.length);
      for (const [index, { score, coverage }] of ranking.entries()) {
        expect(Number.isFinite(score)).toBe(true);
        expect(score).toBeLessThanOrEqual(ranking[index - 1]?.score ?? Infinity);
        expect(coverage).toBeGreaterThanOrEqual(0);
        expect(coverage).toBeLessThanOrEqual(1 + 1e-9);
      }
    }));

  test("a score is above zero exactly when a word is shared", () =>
    run((items, query) => {
      const asked = new Set(words(query));
      for (const { item, score, matched } of rank(query, items)) {
        const shared = [...asked].filter((entry) => held(item).has(entry));
        expect(score > 0).toBe(shared.length > 0);
        expect(new Set(matched.flatMap(words))).toEqual(new Set(shared));
      }
    }));

  test("the order of the agents, and saying a word twice, change nothing", () =>
    run((items, query) => {
      const ids = (list: readonly Agent[], asked: string): readonly string[] =>
        rank(asked, list).map(({ item }) => item.id);
      expect(ids(items.toReversed(), query)).toEqual(ids(items, query));
      expect(ids(items, `${query} ${query}`)).toEqual(ids(items, query));
    }));

  test("a query that is one agent's unmistakable name finds that agent", () =>
    run((items, query) => {
      fc.pre(items.length > 0);
      const ranking = rank(`xylophone ${query}`, [...items, agent("zz", { names: ["Xylophone"] })]);
      expect(ranking.find(({ item }) => item.id === "zz")?.matched).toContain("xylophone");
      expect(rank("xylophone", [...items, agent("zz", { names: ["Xylophone"] })])[0]?.item.id).toBe("zz");
    }));

  test("candidates are close to the best, or all are shown when no words fit", () =>
    run((items, query) => {
      const ranking = rank(query, items);
      const { close, fits } = candidatesOf(ranking);
      if (fits) {
        const [first] = close;
        expect(first).toBe(ranking[0]);
        for (const { score } of close) expect(score).toBeGreaterThanOrEqual(0.7 * (first?.score ?? 0));
      } else {
        expect(close).toEqual(ranking.slice(0, 12));
      }
    }));
});
