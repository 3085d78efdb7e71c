import fc from "fast-check";

/** One change of a text; places are parts of its length, so that every change fits every text. */
type Edit =
  | { readonly kind: "insert" | "replace"; readonly at: number; readonly word: string }
  | { readonly kind: "delete" | "double"; readonly at: number; readonly length: number }
  | { readonly kind: "repeat"; readonly at: number; readonly word: string; readonly times: number };

const place = fc.double({ min: 0, max: 1, noNaN: true });

/** Letters that have a meaning to some parser, or to none. */
const ODD = [
  ..."\"'`\\/$%&#@!?*:;,.<>()[]{}|=+-_~^ \t\r\n\u0000\u0007\u001b\u0085\u00a0\u2028\ufeff\ud800é漢😀0Aa".split(
    "",
  ),
  ...["${", "$$", "\r\n", "--", "<<", "://", "..", "../", "__proto__", "constructor", "\u0000\u0000"],
];

const edit = (words: readonly string[]): fc.Arbitrary<Edit> => {
  const word = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  );
  const length = fc.integer({ min: 1, max: 40 });
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("insert", "replace"), at: place, word }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("delete", "double"), at: place, length }) },
    {
      weight: 1,
      arbitrary: fc.record({
        ...{ kind: fc.constant("repeat"), at: place, word },
        times: fc.constantFrom(10, 100, 1000, 3000),
      }),
    },
  );
};

function apply(text: string, change: Edit): string {
  const at = Math.floor(change.at * text.length);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (change.kind) {
    case "insert":
      return before + change.word + after;
    case "replace":
      return before + change.word + after.slice(change.word.length);
    case "delete":
      return before + after.slice(change.length);
    case "double":
      return before + after.slice(0, change.length) + after;
    case "repeat":
      return before + change.word.repeat(change.times) + after;
  }
}

/**
 * Texts that are almost right: valid examples with some changes, in which the words of the grammar are put in, taken out
 * and repeated, thousands of times at most.
 * @param words what has a meaning in the grammar
 */
export const almost = (examples: readonly string[], words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...examples), fc.array(edit(words), { maxLength: 6 }))
    .map(([text, edits]) => edits.reduce(apply, text));

/** The same for bytes: flipped, overwritten with numbers that mean something, cut, doubled. */
export const almostBytes = (examples: readonly [Buffer, ...(readonly Buffer[])]): fc.Arbitrary<Buffer> => {
  const value = fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x50, 0x4b);
  const change = fc.record({
    kind: fc.constantFrom("set", "run", "cut", "double"),
    ...{ at: place, value, length: fc.integer({ min: 1, max: 8 }) },
  });
  return fc.tuple(fc.constantFrom(...examples), fc.array(change, { maxLength: 8 })).map(([bytes, changes]) =>
    changes.reduce((now, { kind, at, value: byte, length }) => {
      const from = Math.floor(at * now.length);
      if (kind === "cut") return Buffer.concat([now.subarray(0, from), now.subarray(from + length)]);
      if (kind === "double") return Buffer.concat([now.subarray(0, from + length), now.subarray(from)]);
      const copy = Buffer.from(now);
      copy.fill(byte, from, Math.min(copy.length, from + (kind === "set" ? 1 : length)));
      return copy;
    }, bytes),
  );
};
