import type { AgentText } from "../cards/agent-card.ts";
import { words, wordsOf } from "./words.ts";

/** How much a word in each part of a card weighs: names are chosen with care, descriptions ramble. */
const WEIGHTS = { names: 3, tags: 2.5, examples: 1.5, descriptions: 1 } as const;
const FIELDS = ["names", "tags", "examples", "descriptions"] as const;
type Field = (typeof FIELDS)[number];

/** The customary constants of BM25: how soon a repeated word stops counting, how much long texts are held back. */
const SATURATION = 1.2;
const LENGTH = 0.75;

/** How well one agent fits a query. */
export interface Ranked<T> {
  readonly item: T;
  /** 0: no word in common. Comparable within one ranking only. */
  readonly score: number;
  /** Share of the query, weighted by how telling each word is, that the card has: 0 to 1. */
  readonly coverage: number;
  /** Words of the query that the card has, as they stand in the query. */
  readonly matched: readonly string[];
}

interface Counted<T> {
  readonly item: T;
  readonly name: string;
  readonly fields: Readonly<Record<Field, ReadonlyMap<string, number>>>;
  readonly lengths: Readonly<Record<Field, number>>;
}

/**
 * Ranks agents by the text of their cards (BM25F: one score over weighted parts), best first. Equal scores are in
 * order of their names, so that the order of the input does not matter.
 */
export function rank<T extends AgentText>(query: string, items: readonly T[]): readonly Ranked<T>[] {
  const forms = new Map(wordsOf(query).map(({ stem, form }) => [stem, form]));
  const asked = [...forms.keys()];
  const counted = items.map((item) => count(item));
  const averages = Object.fromEntries(
    FIELDS.map((field) => [field, Math.max(1, average(counted.map(({ lengths }) => lengths[field])))]),
  );
  const rarity = new Map(asked.map((word) => [word, rarityOf(word, counted)]));
  const all = sum([...rarity.values()]);
  return counted
    .map((entry): Ranked<T> & { readonly name: string } => {
      const matched = asked.filter((word) => FIELDS.some((field) => entry.fields[field].has(word)));
      const score = sum(
        matched.map((word) => {
          const frequency = weightedFrequency(word, entry, averages);
          return ((rarity.get(word) ?? 0) * frequency) / (SATURATION + frequency);
        }),
      );
      const covered = sum(matched.map((word) => rarity.get(word) ?? 0));
      return {
        item: entry.item,
        name: entry.name,
        score,
        coverage: all === 0 ? 0 : covered / all,
        matched: matched.map((stem) => forms.get(stem) ?? stem),
      };
    })
    .toSorted((left, right) => right.score - left.score || compareText(left.name, right.name))
    .map(({ item, score, coverage, matched }) => ({ item, score, coverage, matched }));
}

function count<T extends AgentText>(item: T): Counted<T> {
  const parts = FIELDS.map((field) => [field, item[field].flatMap(words)] as const);
  return {
    item,
    name: item.names.join("\n"),
    // Sound, because FIELDS names every field.
    fields: Object.fromEntries(
      parts.map(([field, list]) => [field, occurrences(list)]),
    ) as Counted<T>["fields"],
    lengths: Object.fromEntries(parts.map(([field, list]) => [field, list.length])) as Counted<T>["lengths"],
  };
}

function occurrences(list: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of list) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function weightedFrequency<T>(
  word: string,
  { fields, lengths }: Counted<T>,
  averages: Readonly<Record<string, number>>,
): number {
  return sum(
    FIELDS.map((field) => {
      const held = 1 - LENGTH + (LENGTH * lengths[field]) / (averages[field] ?? 1);
      return (WEIGHTS[field] * (fields[field].get(word) ?? 0)) / held;
    }),
  );
}

/** A word that few agents have tells more; always above zero, so that a word that all have still counts. */
function rarityOf(word: string, counted: readonly Counted<unknown>[]): number {
  const holders = counted.filter(({ fields }) => FIELDS.some((field) => fields[field].has(word))).length;
  return Math.log(1 + (counted.length - holders + 0.5) / (holders + 0.5));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const average = (numbers: readonly number[]): number => sum(numbers) / Math.max(1, numbers.length);
const compareText = (left: string, right: string): number => (left < right ? -1 : Number(left > right));
