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
 * Runs a deletion for each record as soon as all that depends on it is gone; what a failed one still needs stays.
 * @param remove resolves to whether the record is gone
 */
export async function deleteInOrder(
  records: readonly ResourceRecord[],
  remove: (record: ResourceRecord) => Promise<boolean>,
): Promise<void> {
  const order = deletionOrder(records);
  const outcomes = new Map<ResourceRecord, Promise<boolean>>();
  const outcomeOf = (record: ResourceRecord): Promise<boolean> => {
    const known = outcomes.get(record);
    if (known !== undefined) return known;
    const outcome = Promise.all((order.get(record) ?? []).map(outcomeOf)).then((gone) =>
      gone.every(Boolean) ? remove(record) : false,
    );
    outcomes.set(record, outcome);
    return outcome;
  };
  await Promise.all(records.map(outcomeOf));
}
