import { providerUrnOf } from "./urn.ts";
import type { ResourceRecord } from "./resource-record.ts";
import type { PropertyMap } from "./values.ts";
import { UNKNOWN } from "./values.ts";

/** Asks the provider whether a record would have to be replaced if its inputs were these. */
export type ReplacementTest = (record: ResourceRecord, inputs: PropertyMap) => Promise<boolean>;

/**
 * What has to be deleted together with `root` when it is deleted before it is replaced: every resource with an
 * input from it, or from another such resource, that could not follow the change in place.
 * @param records the state, dependencies first
 * @param isCandidate false for resources that the program has come to already: they cannot depend on the root
 * @returns in dependency order
 */
export async function dependentReplacements(
  root: ResourceRecord,
  records: readonly ResourceRecord[],
  isCandidate: (record: ResourceRecord) => boolean,
  replaced: ReplacementTest,
): Promise<readonly ResourceRecord[]> {
  const urns = new Set([root.urn]);
  const found: ResourceRecord[] = [];
  for (const record of records) {
    if (!record.custom || record.delete || record.pendingReplacement || urns.has(record.urn)) continue;
    if (!isCandidate(record)) continue;
    const inputs = inputsWithout(record, urns);
    if (inputs === undefined || !(await replaced(record, inputs))) continue;
    urns.add(record.urn);
    found.push(record);
  }
  return found;
}

/** The record's inputs with those unknown that come from `gone`; undefined when there is none. */
export function inputsWithout(record: ResourceRecord, gone: ReadonlySet<string>): PropertyMap | undefined {
  const affected = Object.entries(record.propertyDependencies)
    .filter(([property, urns]) => property in record.inputs && urns.some((urn) => gone.has(urn)))
    .map(([property]) => [property, UNKNOWN] as const);
  return affected.length === 0 ? undefined : { ...record.inputs, ...Object.fromEntries(affected) };
}

/** URNs of all that must exist while the record does. */
export function needsOf(record: ResourceRecord): readonly string[] {
  return [
    ...(record.parent === undefined ? [] : [record.parent]),
    ...(record.provider === undefined ? [] : [providerUrnOf(record.provider)]),
    ...record.dependencies,
    ...Object.values(record.propertyDependencies).flat(),
  ];
}
