import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dictionaries, type Dictionary } from "../../../agents/translator/src/dictionaries.ts";
import { replyTo } from "../../../agents/translator/src/reply.ts";
import { translate } from "../../../agents/translator/src/translate.ts";
import { understand } from "../../../agents/translator/src/understand.ts";

const [french, german, spanish] = dictionaries as readonly [Dictionary, Dictionary, Dictionary];
const anyDictionary = fc.constantFrom(...dictionaries);
const anyPhrase = anyDictionary.chain((dictionary) =>
  fc.tuple(fc.constant(dictionary), fc.constantFrom(...Object.entries(dictionary.phrases))),
);

describe("the dictionaries", () => {
  test("hold the same phrases, a few hundred together, in the form in which they are looked up", () => {
    const phrases = Object.keys(french.phrases);
    expect(phrases.length * dictionaries.length).toBeGreaterThan(300);
    for (const { phrases: others } of dictionaries) expect(Object.keys(others)).toEqual(phrases);
    for (const phrase of phrases) expect(phrase).toMatch(/^[a-z]+(?: [a-z]+)*$/);
    for (const { phrases: words } of dictionaries)
      for (const word of Object.values(words)) expect(word.trim()).toMatch(/^\p{L}/u);
  });
});

describe("a message", () => {
  test.each([
    ["translate good morning to french", "good morning", french],
    ["Translate 'Good morning!' into French.", "Good morning", french],
    ["please translate water to de", "water", german],
    ["could you translate the bill please to Spanish please", "the bill please", spanish],
    ["translate to german: good night", "good night", german],
    ["How do you say “thank you” in German?", "thank you", german],
    ["what is bread in français?", "bread", french],
    ["what does dog mean in spanish", "dog", spanish],
    ["spanish: the bill please", "the bill please", spanish],
    ["translate i want to work to german", "i want to work", german],
    ["cat in Deutsch", "cat", german],
  ])("%s", (message, phrase, into) => {
    expect(understand(message, dictionaries)).toEqual({ kind: "translate", phrase, into });
  });

  test.each(["", "hello", "what can you do?", "see you in Berlin", "note: water"])(
    "%j is a wish for help",
    (message) => {
      expect(understand(message, dictionaries)).toEqual({ kind: "help" });
    },
  );

  test("in a language that is not known says so", () => {
    expect(understand("translate water to klingon", dictionaries)).toEqual({
      kind: "unknown language",
      language: "klingon",
    });
  });

  test("of any kind is understood or answered with help, never refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (message) => {
        expect(replyTo(message, dictionaries)).not.toBe("");
      }),
    );
  });
});

describe("a translation", () => {
  test("of every phrase of the dictionary is its entry, in any case and with any spaces", () => {
    fc.assert(
      fc.property(
        anyPhrase,
        fc.boolean(),
        fc.constantFrom(" ", "  ", "\n"),
        ([dictionary, [phrase, word]], up, gap) => {
          const asked = (up ? phrase.toUpperCase() : phrase).replaceAll(" ", gap);
          expect(translate(asked, dictionary)).toEqual({ text: word, unknown: [] });
        },
      ),
    );
  });

  test("prefers the longest phrase to its words", () => {
    expect(translate("good morning", german).text).toBe("guten Morgen");
    expect(translate("good dog", german).text).toBe("gut Hund");
  });

  test("keeps what it does not know, once, and says so", () => {
    expect(translate("water, Zorglub and zorglub Zorglub", french)).toEqual({
      text: "eau [Zorglub] et [zorglub] [Zorglub]",
      unknown: ["Zorglub", "zorglub"],
    });
  });

  test("is not fooled by words that every object knows", () => {
    expect(translate("constructor __proto__ toString", french).unknown).toContain("constructor");
  });

  test("loses no word, whatever it is asked", () => {
    const word = fc.oneof(
      fc.constantFrom(...Object.keys(french.phrases)),
      fc.stringMatching(/^[a-z0-9]{1,8}$/),
    );
    fc.assert(
      fc.property(fc.array(word), anyDictionary, (words, dictionary) => {
        const { text, unknown } = translate(words.join(" "), dictionary);
        expect(text === "").toBe(words.length === 0);
        for (const missing of unknown) expect(text).toContain(`[${missing}]`);
        expect(text.includes("[")).toBe(unknown.length > 0);
      }),
    );
  });
});

describe("a reply", () => {
  test("is the translation", () => {
    expect(replyTo("translate good morning to french", dictionaries)).toBe(
      '"good morning" in French: bonjour',
    );
  });

  test("changes with the dictionary", () => {
    const changed = { ...french, phrases: { ...french.phrases, "good morning": "bonjoux" } };
    expect(replyTo("translate good morning to french", [changed])).toBe('"good morning" in French: bonjoux');
  });

  test("to unknown words tells what it knows and what it can do", () => {
    const reply = replyTo("translate blue zorglub to spanish", dictionaries);
    expect(reply).toContain("azul [zorglub]");
    expect(reply).toContain("I do not know: zorglub.");
    expect(reply).toContain("French");
    expect(reply).toContain("good morning");
  });

  test("to a message that is too long is an answer too", () => {
    expect(replyTo(`translate ${"water ".repeat(1000)} to french`, dictionaries)).toContain("too long");
  });
});
