import { unlessGivenUp } from "./give-up.ts";
import { messageOf } from "./journal.ts";
import type { PlannedInputs, StepOperation } from "./journal.ts";
import type { StepContext } from "./provider.ts";
import type { ResourceRecord } from "./resource-record.ts";
import type { RunContext } from "./run-context.ts";
import { nameOf } from "./urn.ts";

/** A step that did not succeed; it is in the journal already. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
}

/** Refuses work after the first Ctrl-C. */
export class RunCanceled extends Error {
  override readonly name = "RunCanceled";
  constructor() {
    super("the run was canceled");
  }
}

/** Why a step is told to stop when its `customTimeouts` are over. */
export class StepTimeout extends Error {
  override readonly name = "StepTimeout";
}

export interface StepDescription {
  readonly urn: string;
  readonly type: string;
  readonly operation: StepOperation;
  readonly changed?: readonly string[];
  readonly reason?: string | undefined;
  /** The deletion that a later "replace" step accounts for: it is reported by itself only when it fails. */
  readonly partOfReplacement?: boolean;
}

/** What a step's work is given to talk to the provider with. */
export interface StepTools {
  /** Context for one verb of the provider, with the limit that goes with it. */
  contextFor(verb: Verb): StepContext;
}

interface Verb {
  /** Limit in seconds. @default none */
  readonly limit: number | undefined;
  readonly created?: (id: string) => Promise<void>;
  readonly interrupted?: boolean;
}

/**
 * Runs a step: waits for a free place, tells the journal of its beginning, progress and end.
 * @param work resolves to the record that it left, if any
 * @throws StepFailed, after the failure was recorded; RunCanceled before it began
 */
export async function performStep(
  context: RunContext,
  step: StepDescription,
  work: (tools: StepTools) => Promise<ResourceRecord | undefined>,
): Promise<ResourceRecord | undefined> {
  const { journal, steps, cancel } = context;
  if (cancel.aborted) throw new RunCanceled();
  return steps.add(async () => {
    // It may have been canceled while it waited for its place.
    if (cancel.aborted) throw new RunCanceled();
    const head = describe(step);
    const part = step.partOfReplacement === true;
    if (part)
      journal.emit({ kind: "step-progress", urn: step.urn, message: `deleting: ${step.reason ?? ""}` });
    else journal.emit({ kind: "step-started", ...head });
    const startedAt = Date.now();
    const started = performance.now();
    const timers: NodeJS.Timeout[] = [];
    const finish = (outcome: { readonly error?: string; readonly id?: string }): void => {
      // Not by the clock on the wall, which may be set while the step runs.
      const finishedAt = startedAt + Math.round(performance.now() - started);
      journal.finish({ ...head, changed: step.changed ?? [], startedAt, finishedAt, ...outcome });
    };
    try {
      const working = work({ contextFor: (verb) => contextFor(context, step.urn, verb, timers) });
      // Given up, its operation stays on record for the next run.
      const record = await unlessGivenUp(working, context.terminate);
      if (!part) finish(record?.id === undefined ? {} : { id: record.id });
      return record;
    } catch (error) {
      finish({ error: messageOf(error) });
      journal.fail(error, step.urn);
      throw new StepFailed(messageOf(error), { cause: error });
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  });
}

/** Reports what a real run would do. */
export function reportPlanned(
  { journal, dryRun }: RunContext,
  step: StepDescription & { readonly inputs: PlannedInputs },
  id?: string,
): void {
  const now = Date.now();
  journal.finish({
    ...describe(step),
    changed: step.changed ?? [],
    startedAt: now,
    finishedAt: now,
    ...(id !== undefined && { id }),
    ...(dryRun && { inputs: step.inputs }),
  });
}

function describe({ urn, type, operation, reason }: StepDescription) {
  return { urn, type, name: nameOf(urn), operation, ...(reason !== undefined && { reason }) };
}

function contextFor(context: RunContext, urn: string, verb: Verb, timers: NodeJS.Timeout[]): StepContext {
  const timeout = new AbortController();
  if (verb.limit !== undefined) {
    const limit = verb.limit;
    const expire = (): void => timeout.abort(new StepTimeout(`it took longer than its limit of ${limit} s`));
    timers.push(setTimeout(expire, limit * 1000));
  }
  return {
    signal: AbortSignal.any([context.terminate, timeout.signal]),
    ...(verb.limit !== undefined && { timeoutSeconds: verb.limit }),
    ...(verb.interrupted === true && { interrupted: true }),
    report: (message) => context.journal.emit({ kind: "step-progress", urn, message }),
    created: verb.created ?? (() => Promise.resolve()),
  };
}
