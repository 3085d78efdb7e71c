import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DIMENSIONS, embed, words } from "../../../../offline/stand-ins/ollama/src/embedding.ts";

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
const likeness = (a: string, b: string): number => dot(embed(a), embed(b));

describe("the Ollama stand-in's vectors", () => {
  test("have length 1 for every text, also one without words, and every number of dimensions", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 600 }), (text, dimensions) => {
        const vector = embed(text, dimensions);
        expect(vector).toHaveLength(dimensions);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 9);
      }),
    );
    expect(embed("")).toHaveLength(DIMENSIONS);
  });

  test("are the same for the same words, whatever stands between them", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1 }),
        fc.constantFrom(" ", ", ", "\n", " – "),
        (list, between) => {
          expect(dot(embed(list.join(between)), embed(list.join(" ").toUpperCase()))).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  test("bring texts near each other that share words, and keep others apart", () => {
    const question = "Please translate this sentence to French";
    const translator = likeness(question, "An agent for the translation of sentences into French and German");
    const weather = likeness(question, "Tells the weather forecast for a city");
    expect(translator).toBeGreaterThan(weather + 0.2);
  });

  test("see that forms of a word belong together", () => {
    expect(likeness("translation", "translate")).toBeGreaterThan(likeness("translation", "calculate") + 0.05);
  });

  test("take accents and case as no difference", () => {
    expect(words("Überprüfung, CAFÉ!")).toEqual(["uberprufung", "cafe"]);
  });
});
