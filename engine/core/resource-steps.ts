import type { Provider, RecordedResource, ResourceRef, StepContext } from "./provider.ts";
import { OutcomeUnknown } from "./provider.ts";
import { markProperties, markSecrets, withoutUndefined } from "./property-values.ts";
import type { ResourceRecord } from "./resource-record.ts";
import type { RunContext } from "./run-context.ts";
import { StepTimeout } from "./perform-step.ts";
import type { StepTools } from "./perform-step.ts";
import { nameOf } from "./urn.ts";
import type { PropertyMap } from "./values.ts";
import { revealAll } from "./values.ts";

/** Thrown after a resource was recorded that exists but did not become ready. */
class NotReady extends Error {
  override readonly name = "NotReady";
}

export const refOf = ({ urn, type }: ResourceRecord): ResourceRef => ({ urn, type, name: nameOf(urn) });

/** A record as providers see it: secrets in the open. */
export function recordedOf(record: ResourceRecord): RecordedResource {
  return { id: record.id ?? "", inputs: revealAll(record.inputs), outputs: revealAll(record.outputs) };
}

/**
 * Creates a resource and records it: as tainted as soon as it exists, so that a crash cannot orphan it, and for
 * good when the provider is done.
 * @param wanted the record with its inputs; id and outputs are the provider's to say
 * @param keepOld the predecessor still exists and is deleted at the end of the run
 */
export async function createResource(
  context: RunContext,
  provider: Provider,
  wanted: ResourceRecord,
  tools: StepTools,
  keepOld = false,
): Promise<ResourceRecord> {
  const { state } = context;
  const interrupted = state.interrupted(wanted.urn)?.type === "creating";
  const now = new Date().toISOString();
  const settle = (record: ResourceRecord): Promise<void> => {
    if (keepOld) state.markForDeletion(wanted.urn);
    state.end(wanted.urn);
    state.settle(record);
    return context.save();
  };
  let begun: ResourceRecord | undefined;
  const created = (id: string): Promise<void> => {
    begun = { ...unready(wanted), id, outputs: wanted.inputs, created: now, modified: now };
    return settle(begun);
  };
  return recorded(context, "creating", wanted, async () => {
    const step = tools.contextFor({ limit: wanted.customTimeouts?.create, interrupted, created });
    try {
      const made = await provider.create(refOf(wanted), revealAll(wanted.inputs), step);
      const initErrors = made.initErrors ?? [];
      const outputs = markedOutputs(wanted, made.outputs);
      const record = { ...wanted, id: made.id, outputs, initErrors, created: now, modified: now };
      await settle(record);
      return ready(record);
    } catch (error) {
      if (begun !== undefined && !(error instanceof NotReady))
        await settle({ ...begun, initErrors: [error instanceof Error ? error.message : String(error)] });
      // Something may be there: the operation stays on record, and the next run looks for what it made.
      if (begun === undefined && (step.signal.aborted || error instanceof OutcomeUnknown))
        throw new OutcomeUnknown(causeOf(step, error));
      throw causeOf(step, error);
    }
  });
}

/** The record of a resource that exists and was not seen through to its end: the next run recreates it. */
export function unready(record: ResourceRecord): ResourceRecord {
  return { ...record, taint: true, initErrors: ["the run ended before it was ready"] };
}

/** Changes a resource in place and records what it became. */
export async function updateResource(
  context: RunContext,
  provider: Provider,
  old: ResourceRecord,
  wanted: ResourceRecord,
  tools: StepTools,
): Promise<ResourceRecord> {
  const kept = { ...wanted, ...(old.id !== undefined && { id: old.id }), outputs: old.outputs };
  return recorded(context, "updating", kept, async () => {
    const step = tools.contextFor({ limit: wanted.customTimeouts?.update });
    try {
      const inputs = revealAll(wanted.inputs);
      const changed = await provider.update(refOf(wanted), recordedOf(old), inputs, step);
      const record = {
        ...kept,
        outputs: markedOutputs(wanted, changed.outputs),
        initErrors: changed.initErrors ?? [],
        modified: new Date().toISOString(),
      };
      context.state.end(wanted.urn);
      context.state.settle(record);
      await context.save();
      return ready(record);
    } catch (error) {
      throw causeOf(step, error);
    }
  });
}

/**
 * Deletes a resource.
 * @param after what becomes of its record
 */
export async function deleteResource(
  context: RunContext,
  provider: Provider,
  old: ResourceRecord,
  tools: StepTools,
  after: () => void,
): Promise<void> {
  await recorded(context, "deleting", old, async () => {
    const step = tools.contextFor({ limit: old.customTimeouts?.delete });
    try {
      await provider.delete(refOf(old), recordedOf(old), step);
    } catch (error) {
      throw causeOf(step, error);
    }
    context.state.end(old.urn);
    after();
    await context.save();
  });
}

/** Saves that an operation begins, and forgets it when it failed for certain. */
async function recorded<Result>(
  context: RunContext,
  type: "creating" | "updating" | "deleting",
  resource: ResourceRecord,
  work: () => Promise<Result>,
): Promise<Result> {
  context.state.begin({ type, resource });
  await context.save();
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) context.state.end(resource.urn);
    await context.save();
    throw error;
  }
}

/** Outputs as they are recorded: secret where the inputs are, and where the program asks for it. */
function markedOutputs(wanted: ResourceRecord, outputs: PropertyMap): PropertyMap {
  const marked = markSecrets(withoutUndefined(outputs), wanted.inputs);
  return markProperties(marked, wanted.additionalSecretOutputs);
}

function ready(record: ResourceRecord): ResourceRecord {
  if (record.initErrors.length > 0) throw new NotReady(record.initErrors.join("\n"));
  return record;
}

/** A step that ran out of time fails for that reason, however the provider puts it. */
function causeOf(step: StepContext, error: unknown): unknown {
  const reason: unknown = step.signal.aborted ? step.signal.reason : undefined;
  return reason instanceof StepTimeout ? new Error(reason.message, { cause: error }) : error;
}
