import { needsOf } from "./dependents.ts";
import type { ResourceRecord } from "./resource-record.ts";

/**
 * The same records, each after all that it needs. What stands so already stays where it is: only a run that is about a
 * few resources settles one after others that stand on it.
 */
export function needsFirst(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  if (isOrdered(records)) return records;
  const byUrn = new Map<string, ResourceRecord>();
  for (const record of records) if (!byUrn.has(record.urn)) byUrn.set(record.urn, record);
  const placed = new Set<ResourceRecord>();
  // Those whose needs are being placed; a circle, which no program can make, ends there.
  const begun = new Set<ResourceRecord>();
  const place = (record: ResourceRecord): void => {
    if (begun.has(record)) return;
    begun.add(record);
    for (const urn of needsOf(record)) {
      const needed = byUrn.get(urn);
      if (needed !== undefined) place(needed);
    }
    placed.add(record);
  };
  for (const record of records) place(record);
  return [...placed];
}

function isOrdered(records: readonly ResourceRecord[]): boolean {
  const seen = new Set<string>();
  return records.every((record) => {
    const isAfterNeeds = needsOf(record).every((urn) => seen.has(urn));
    seen.add(record.urn);
    return isAfterNeeds;
  });
}
