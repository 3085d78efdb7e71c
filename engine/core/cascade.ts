import { deleteInOrder } from "./delete-order.ts";
import { dependentReplacements } from "./dependents.ts";
import { resourceProtected } from "./errors.ts";
import { performStep, RunCanceled } from "./perform-step.ts";
import { planStep } from "./plan.ts";
import type { ProgramRun } from "./registration.ts";
import type { ResourceRecord } from "./resource-record.ts";
import { deleteResource, recordedOf, refOf } from "./resource-steps.ts";
import { nameOf } from "./urn.ts";
import type { PropertyMap } from "./values.ts";
import { revealAll } from "./values.ts";

/**
 * Deletes what has to go before `root` can be deleted and recreated; the program's own declarations bring it back.
 * @throws NSK-PROTECTED before anything is deleted; Error when a deletion failed
 */
export async function deleteDependents(run: ProgramRun, root: ResourceRecord): Promise<void> {
  const { state, claimed, cascades } = run;
  const dependents = await dependentReplacements(
    root,
    state.unsettled(),
    ({ urn }) => !claimed.has(urn),
    (record, inputs) => wouldBeReplaced(run, record, inputs),
  );
  // From here to the reservation nothing may be awaited: the program could declare one of them in between.
  const open = dependents.filter(({ urn }) => !claimed.has(urn));
  const toDelete = open.filter(({ urn }) => !cascades.has(urn));
  const guarded = toDelete.filter(({ protect }) => protect);
  if (guarded.length > 0)
    throw resourceProtected({ names: guarded.map(({ urn }) => nameOf(urn)), verb: "replaced" });
  const shared = open.flatMap(({ urn }) => cascades.get(urn) ?? []);

  const reason = `depends on ${nameOf(root.urn)}, which is replaced`;
  const done = Promise.all(shared.map((cascade) => cascade.done)).then(() =>
    deleteInOrder(toDelete, (record) => deleteDependent(run, record, reason)),
  );
  for (const { urn } of toDelete) cascades.set(urn, { reason, done });
  await done;
  if (run.cancel.aborted) throw new RunCanceled();
  const left = open.filter(({ urn }) => state.find(urn)?.pendingReplacement !== true && !isMissing(run, urn));
  if (left.length > 0)
    throw new Error(`${left.map(({ urn }) => nameOf(urn)).join(", ")} could not be deleted first`);
}

async function wouldBeReplaced(
  run: ProgramRun,
  record: ResourceRecord,
  inputs: PropertyMap,
): Promise<boolean> {
  const provider = run.providers.for(record.type, record.urn);
  const diff = await provider.diff(refOf(record), recordedOf(record), revealAll(inputs));
  const step = planStep({
    // Only the change of inputs is asked about, not what else may be wrong with the resource.
    old: { ...record, taint: false, initErrors: [] },
    observation: undefined,
    diff,
    inputs,
    replaceOnChanges: record.replaceOnChanges,
    deleteBeforeReplace: undefined,
  });
  return step.operation === "replace";
}

async function deleteDependent(run: ProgramRun, record: ResourceRecord, reason: string): Promise<boolean> {
  if (isMissing(run, record.urn)) return true;
  const gone = (): void => run.state.amend(record.urn, { pendingReplacement: true });
  if (run.dryRun) {
    gone();
    return true;
  }
  const { urn, type } = record;
  try {
    await performStep(
      run,
      { urn, type, operation: "delete", reason, partOfReplacement: true },
      async (tools) => {
        await deleteResource(run, run.providers.for(type, urn), record, tools, gone);
        return undefined;
      },
    );
    return true;
  } catch {
    // performStep has told the journal; the caller sees by the record that it is still there.
    return false;
  }
}

function isMissing(run: ProgramRun, urn: string): boolean {
  return run.observations.get(urn)?.finding.kind === "missing";
}
