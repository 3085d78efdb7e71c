import PQueue from "p-queue";

import type { StackAddress } from "./backend.ts";
import { writeCheckpoint } from "./backend.ts";
import { createCheckpointWriter } from "./checkpoint-text.ts";
import type { DestroyOptions, EngineOptions, RunResult } from "./engine-options.ts";
import { writeHistory, type PastStep } from "./history.ts";
import { createJournal, messageOf } from "./journal.ts";
import type { Journal, StepReport } from "./journal.ts";
import { accountName, acquireLock } from "./lock.ts";
import { createProviderSet } from "./provider-set.ts";
import type { RunContext } from "./run-context.ts";
import { createSaver } from "./saver.ts";
import { createStackState } from "./stack-state.ts";
import type { OpenedState } from "./stored-state.ts";
import { refuseForeignFields } from "./stored-state.ts";
import { targetFilter } from "./targets.ts";
import { makeUrn, STACK_TYPE } from "./urn.ts";

const DEFAULT_PARALLEL = 16;

/**
 * Holds the stack's lock while `work` runs.
 * @throws NSK-STATE-LOCKED
 */
export async function withLock<Result>(
  address: StackAddress,
  journal: Journal,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await acquireLock(address);
  for (const { holder } of lock.removed) {
    const message = `Removed a lock that process ${holder?.pid ?? "unknown"} left when it ended.`;
    journal.note({ severity: "warning", message });
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** One run on an opened state. */
export interface Session {
  readonly context: RunContext;
  /** Writes what is still unsaved and the history, and sums the run up. */
  conclude(kind: "update" | "destroy", outcome: RunResult["outcome"]): Promise<RunResult>;
}

/** @throws NSK-ENGINE-UNSUPPORTED when the state holds what this engine does not honour */
export function openSession(
  options: DestroyOptions & Pick<EngineOptions, "targets" | "analyze">,
  address: StackAddress,
  opened: OpenedState,
  dryRun: boolean,
  journal: Journal = createJournal(options.onEvent),
): Session {
  refuseForeignFields(opened.deployment.resources);
  const { project, stack } = address;
  const state = createStackState(opened.deployment);
  const startedAt = Date.now();
  let savedRevision = 0;

  const textOf = createCheckpointWriter(opened.sealer);
  const saver = createSaver(async () => {
    const { revision } = state;
    if (dryRun || revision === savedRevision) return;
    const started = performance.now();
    const head = { project, stack, salt: opened.salt, time: new Date().toISOString() };
    await writeCheckpoint(address, textOf(state.deployment(), head));
    savedRevision = revision;
    journal.emit({ kind: "saved", milliseconds: performance.now() - started });
  });
  const context: RunContext = {
    project,
    stack,
    dryRun,
    providers: createProviderSet(options.providers),
    state,
    isTarget: targetFilter(options.targets, state),
    analyze: options.analyze ?? (() => []),
    journal,
    steps: new PQueue({ concurrency: options.parallel ?? DEFAULT_PARALLEL }),
    save: () => saver.save(),
    cancel: options.cancel ?? new AbortController().signal,
    terminate: options.terminate ?? new AbortController().signal,
  };
  return {
    context,
    conclude: async (kind, reached) => {
      if (reached === "succeeded" && !dryRun) forgetAbandoned(context);
      const isSaved = await succeeds(journal, () => context.save());
      const outcome = isSaved || reached === "canceled" ? reached : "failed";
      if (savedRevision > 0) {
        const result = outcome === "succeeded" ? "succeeded" : "failed";
        const changes = countByOperation(journal);
        const [by, steps] = [accountName(), journal.steps.map(pastStep)];
        const entry = { kind, result, startedAt, finishedAt: Date.now(), changes, by, steps } as const;
        // Only a copy for people: a run whose state is safe does not fail for it.
        await writeHistory(address, entry).catch((error: unknown) => {
          journal.note({ severity: "warning", message: `No history was written: ${messageOf(error)}` });
        });
      }
      const root = state.find(makeUrn({ stack, project, type: STACK_TYPE, name: `${project}-${stack}` }));
      return {
        outcome,
        steps: journal.steps,
        outputs: root?.outputs ?? {},
        diagnostics: journal.diagnostics,
      };
    },
  };
}

/** Whether `work` went well; the journal has it when it did not. */
async function succeeds(journal: Journal, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    journal.fail(error);
    return false;
  }
}

/** What an earlier run began and this one neither found nor took up has no object: it was looked for twice. */
function forgetAbandoned({ state, isTarget }: RunContext): void {
  for (const { resource } of state.abandoned()) if (isTarget(resource)) state.end(resource.urn);
}

/** Without what it was given, and without an error's words: a history is looked at by whoever helps. */
const pastStep = ({ name, type, operation, changed, reason, error }: StepReport): PastStep => ({
  ...{ name, type, operation, changed },
  ...(reason !== undefined && { reason }),
  ...(error !== undefined && { failed: true }),
});

function countByOperation({ steps }: Journal): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { operation, error } of steps)
    if (error === undefined) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries(counts);
}
