import { deleteInOrder } from "./delete-order.ts";
import { resourceProtected } from "./errors.ts";
import { performStep, reportPlanned, RunCanceled, StepFailed } from "./perform-step.ts";
import type { Observation } from "./provider.ts";
import type { ResourceRecord } from "./resource-record.ts";
import { deleteResource } from "./resource-steps.ts";
import type { RunContext } from "./run-context.ts";
import { isProviderType, nameOf } from "./urn.ts";

/**
 * Deletes what the program did not declare, and what was replaced, in reverse order of dependency. Nothing is
 * deleted when any of it is protected.
 * @param includeProtected protection does not count; @default it does
 */
export async function performPendingDeletes(
  context: RunContext,
  observations: ReadonlyMap<string, Observation>,
  includeProtected = false,
): Promise<void> {
  const { state, journal } = context;
  const records = state.unsettled().filter((record) => context.isTarget(record));
  const isGone = (record: ResourceRecord): boolean =>
    record.pendingReplacement || (!record.delete && observations.get(record.urn)?.finding.kind === "missing");
  const guarded = records.filter((record) => record.protect && !record.delete && !isGone(record));
  if (guarded.length > 0 && !includeProtected) {
    journal.fail(resourceProtected({ names: guarded.map(({ urn }) => nameOf(urn)), verb: "deleted" }));
    return;
  }
  await deleteInOrder(records, async (record) => {
    const { urn, type } = record;
    if (isGone(record) || !record.custom || isProviderType(type)) {
      state.remove(record);
      return true;
    }
    const step = { urn, type, operation: "delete", reason: record.delete ? "replaced" : undefined } as const;
    if (context.dryRun) {
      reportPlanned(context, { ...step, inputs: { before: record.inputs } }, record.id);
      return true;
    }
    try {
      const provider = context.providers.for(type, urn);
      await performStep(context, step, async (tools) => {
        await deleteResource(context, provider, record, tools, () => state.remove(record));
        return record;
      });
      return true;
    } catch (error) {
      // It stays, and with it all that it depends on. A failed step has told the journal itself.
      if (!(error instanceof StepFailed || error instanceof RunCanceled)) journal.fail(error, urn);
      return false;
    }
  });
}
