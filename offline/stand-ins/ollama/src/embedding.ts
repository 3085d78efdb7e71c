/** Length of the vectors unless the caller asks for another. */
export const DIMENSIONS = 256;

/** How much a word's fragments count beside the word itself: enough to bring "translate" near "translation". */
const FRAGMENT_WEIGHT = 0.25;

/** Words this long count fully; shorter ones ("a", "the", "for") say less about what a text is about. */
const FULL_LENGTH = 6;

/**
 * A text as a vector of length 1, by hashing its words and their fragments of three letters. Equal texts get equal
 * vectors on every machine; texts that share words are near each other. It knows nothing about meaning.
 */
export function embed(text: string, dimensions: number = DIMENSIONS): readonly number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const [feature, weight] of features(text)) {
    const hashed = hash32(feature);
    const index = hashed % dimensions;
    // The sign keeps features that share a place from adding up, on average.
    vector[index] = (vector[index] ?? 0) + (hashed32Sign(feature) ? weight : -weight);
  }
  const length = Math.hypot(...vector);
  // Features can cancel each other out, for all that it is unlikely; a vector of length 1 it must be.
  if (length === 0) return vector.map((_value, index) => (index === 0 ? 1 : 0));
  return vector.map((value) => value / length);
}

/** Words and their fragments with their weights; a text without words counts as one. */
function features(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const add = (feature: string, weight: number): void =>
    void found.set(feature, (found.get(feature) ?? 0) + weight);
  for (const word of words(text)) {
    const weight = Math.min(1, word.length / FULL_LENGTH);
    add(`word ${word}`, weight);
    for (const fragment of fragments(word)) add(`part ${fragment}`, weight * FRAGMENT_WEIGHT);
  }
  if (found.size === 0) add(`text ${text}`, 1);
  return found;
}

/** Words of a text in lower case, without accents. */
export function words(text: string): readonly string[] {
  const plain = text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function fragments(word: string): readonly string[] {
  const framed = `<${word}>`;
  return Array.from({ length: framed.length - 2 }, (_unused, start) => framed.slice(start, start + 3));
}

const hashed32Sign = (feature: string): boolean => (hash32(`sign ${feature}`) & 1) === 1;

/** FNV-1a over UTF-16 code units, with a last stir so that the low bits are worth as much as the high ones. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}
