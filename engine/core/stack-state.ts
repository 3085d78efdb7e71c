import type { Deployment } from "./deployment.ts";
import { needsFirst } from "./needs-first.ts";
import type { PendingOperation, ResourceRecord } from "./resource-record.ts";
import { sameRecord } from "./same-record.ts";

/**
 * The state of a stack during a run: what the program has settled so far, then what it has not come to yet.
 *
 * As it is saved every resource stands after all that it depends on, so that a save at any moment is a state that
 * the next run, of this engine or of Pulumi's, can start from.
 */
export interface StackState {
  /** The recorded resource, unless it is only waiting to be deleted. */
  find(urn: string): ResourceRecord | undefined;
  /** Not settled in this run, in an order where dependencies come first; those to be deleted included. */
  unsettled(): readonly ResourceRecord[];
  /** All records and operations, as they are to be saved. */
  deployment(): Deployment;
  /** Grows with every change; 0 for a state that is as it was loaded. */
  readonly revision: number;

  /** The program's word on a resource: replaces the record of the same URN. */
  settle(record: ResourceRecord): void;
  /** Changes a record where it stands. */
  amend(urn: string, change: Partial<ResourceRecord>): void;
  /** Keeps the record, to be deleted later: its successor of the same URN is about to be settled. */
  markForDeletion(urn: string): void;
  /** Forgets exactly this record. */
  remove(record: ResourceRecord): void;
  /**
   * Takes in a resource that an earlier run made and did not record, in place of one that is deleted already and
   * beside one that is not.
   */
  adopt(record: ResourceRecord): void;

  /** What an earlier run began to do to this resource and never reported on. */
  interrupted(urn: string): PendingOperation | undefined;
  /** What an earlier run never reported on and this run has not taken up. */
  abandoned(): readonly PendingOperation[];
  begin(operation: PendingOperation): void;
  /** Ends whatever was begun on the URN. */
  end(urn: string): void;
}

export function createStackState(loaded: Deployment): StackState {
  const settled = new Map<string, ResourceRecord>();
  let rest: readonly ResourceRecord[] = loaded.resources;
  // An unfinished deletion needs no memory: its resource is still recorded, and looking at it shows how far it came.
  const unfinished = loaded.operations.filter(({ type }) => type === "creating" || type === "updating");
  const operations = new Map(unfinished.map((operation) => [operation.resource.urn, operation]));
  const inherited = new Set(operations.keys());
  let revision = unfinished.length < loaded.operations.length ? 1 : 0;

  const live = (urn: string): ResourceRecord | undefined =>
    rest.find((record) => record.urn === urn && !record.delete);
  const substitute = (old: ResourceRecord, record: ResourceRecord): void => {
    if (sameRecord(old, record)) return;
    revision += 1;
    if (settled.get(old.urn) === old) settled.set(old.urn, record);
    else rest = rest.map((entry) => (entry === old ? record : entry));
  };
  const find = (urn: string): ResourceRecord | undefined => settled.get(urn) ?? live(urn);

  return {
    find,
    unsettled: () => rest,
    deployment: () => ({
      resources: needsFirst([...settled.values(), ...rest]),
      operations: [...operations.values()],
    }),
    get revision() {
      return revision;
    },
    settle: (record) => {
      const old = find(record.urn);
      if (old === undefined || !sameRecord(old, record)) revision += 1;
      settled.set(record.urn, old !== undefined && sameRecord(old, record) ? old : record);
      const predecessor = live(record.urn);
      rest = rest.filter((entry) => entry !== predecessor);
    },
    amend: (urn, change) => {
      const old = find(urn);
      if (old !== undefined) substitute(old, { ...old, ...change });
    },
    markForDeletion: (urn) => {
      const old = live(urn);
      if (old !== undefined) substitute(old, { ...old, delete: true });
    },
    remove: (record) => {
      const before = rest.length;
      rest = rest.filter((entry) => entry !== record);
      if (rest.length < before) revision += 1;
    },
    adopt: (record) => {
      const old = live(record.urn);
      const kept = old === undefined || old.pendingReplacement ? [] : [{ ...old, delete: true }];
      // At the end it stands after all that it needs: that was recorded before its creation began.
      rest =
        old === undefined
          ? [...rest, record]
          : rest.flatMap((entry) => (entry === old ? [...kept, record] : [entry]));
      revision += 1;
    },
    interrupted: (urn) => (inherited.has(urn) ? operations.get(urn) : undefined),
    abandoned: () => [...inherited].flatMap((urn) => operations.get(urn) ?? []),
    begin: (operation) => {
      operations.set(operation.resource.urn, operation);
      inherited.delete(operation.resource.urn);
      revision += 1;
    },
    end: (urn) => {
      inherited.delete(urn);
      if (operations.delete(urn)) revision += 1;
    },
  };
}
