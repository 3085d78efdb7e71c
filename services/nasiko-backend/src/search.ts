/** A field of something that can be found, and how much a match there counts. */
export interface SearchField {
  readonly text: string;
  readonly weight: number;
}

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .normalize("NFKC")
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** A whole word says more than the beginning of one, as is typed while searching. */
const EXACT = 2;
const PREFIX = 1;

/**
 * What matches every word of the query, best first; equal ones keep their order. An empty query matches all.
 * @param limit how many at most
 */
export function search<Item>(
  items: readonly Item[],
  query: string,
  fieldsOf: (item: Item) => readonly SearchField[],
  limit: number,
): readonly Item[] {
  const wanted = wordsOf(query);
  // A query of nothing but punctuation looks for something, and nothing has it.
  if (wanted.length === 0 && query.trim() !== "") return [];
  return items
    .map((item) => ({ item, score: scoreOf(fieldsOf(item), wanted) }))
    .filter(({ score }) => score !== undefined)
    .toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .slice(0, limit)
    .map(({ item }) => item);
}

/** @returns undefined when a word is found nowhere */
function scoreOf(fields: readonly SearchField[], wanted: readonly string[]): number | undefined {
  const indexed = fields.map(({ text, weight }) => ({ words: wordsOf(text), weight }));
  let total = 0;
  for (const word of wanted) {
    const score = indexed.reduce((sum, { words, weight }) => sum + weight * matchOf(words, word), 0);
    if (score === 0) return undefined;
    total += score;
  }
  return total;
}

function matchOf(words: readonly string[], wanted: string): number {
  if (words.includes(wanted)) return EXACT;
  return words.some((word) => word.startsWith(wanted)) ? PREFIX : 0;
}
