import { availableParallelism } from "node:os";

import PQueue from "p-queue";

import { needsOf } from "./dependents.ts";
import type { ResourceRecord } from "./resource-record.ts";

/**
 * For each record of a set that is to be deleted, those of the set that have to go before it: what depends on it.
 * @param records dependencies first; a dependency on something later in the list does not count, which keeps the
 *   relation free of cycles even when records of two runs meet under one URN
 */
export function deletionOrder(
  records: readonly ResourceRecord[],
): ReadonlyMap<ResourceRecord, readonly ResourceRecord[]> {
  const order = new Map<ResourceRecord, ResourceRecord[]>();
  const earlier = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    for (const urn of new Set(needsOf(record)))
      for (const needed of earlier.get(urn) ?? []) order.get(needed)?.push(record);
    order.set(record, []);
    earlier.set(record.urn, [...(earlier.get(record.urn) ?? []), record]);
  }
  return order;
}

/**
 * How many deletions run at a time. Stopping a container is work for the engine's processors: of more at a time than
 * they can take each takes longer, also the one that all others wait for.
 */
const AT_A_TIME = Math.max(4, 2 * availableParallelism());

/**
 * Runs a deletion for each record as soon as all that depends on it is gone, those first that start the longest chain;
 * what a failed one still needs stays.
 * @param remove resolves to whether the record is gone
 */
export async function deleteInOrder(
  records: readonly ResourceRecord[],
  remove: (record: ResourceRecord) => Promise<boolean>,
): Promise<void> {
  const order = deletionOrder(records);
  const chains = chainLengths(order);
  const chainOf = (record: ResourceRecord): number => chains.get(record) ?? 0;
  const queue = new PQueue({ concurrency: AT_A_TIME });
  const outcomes = new Map<ResourceRecord, Promise<boolean>>();
  const outcomeOf = (record: ResourceRecord): Promise<boolean> => {
    const known = outcomes.get(record);
    if (known !== undefined) return known;
    const outcome = Promise.all((order.get(record) ?? []).map(outcomeOf)).then((gone) =>
      gone.every(Boolean) ? queue.add(() => remove(record), { priority: chainOf(record) }) : false,
    );
    outcomes.set(record, outcome);
    return outcome;
  };
  await Promise.all(records.toSorted((one, other) => chainOf(other) - chainOf(one)).map(outcomeOf));
}

/** For each record how many deletions come one after the other from it on, its own included. */
function chainLengths(
  order: ReadonlyMap<ResourceRecord, readonly ResourceRecord[]>,
): ReadonlyMap<ResourceRecord, number> {
  const lengths = new Map<ResourceRecord, number>();
  // In the order of the map dependencies come first: the length of what a record waits for is known before its own.
  for (const [record, before] of order) {
    const length = lengths.get(record) ?? 1;
    lengths.set(record, length);
    for (const earlier of before) lengths.set(earlier, Math.max(lengths.get(earlier) ?? 1, length + 1));
  }
  return lengths;
}
