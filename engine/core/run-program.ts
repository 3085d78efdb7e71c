import { createDefaultProviders } from "./default-providers.ts";
import type { EngineOptions, RunResult } from "./engine-options.ts";
import { addressOf } from "./engine-options.ts";
import { engineUnsupported, programFailed } from "./errors.ts";
import { unlessAborted } from "./give-up.ts";
import { createJournal, messageOf, toProblem } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { performPendingDeletes } from "./pending-deletes.ts";
import type { MonitorCalls } from "./monitor.ts";
import { RunCanceled, StepFailed } from "./perform-step.ts";
import { spawnProgram } from "./program.ts";
import type { Program, ProgramExit } from "./program.ts";
import type { ProgramProblem } from "./program-messages.ts";
import { observeStack, recoverInterrupted } from "./recovery.ts";
import { register, registerOutputs } from "./registrar.ts";
import type { ProgramRun } from "./registration.ts";
import type { RunContext } from "./run-context.ts";
import { openSession, withLock } from "./run-session.ts";
import type { Session } from "./run-session.ts";
import { openState, readSealed } from "./stored-state.ts";
import { setAside } from "./targets.ts";
import { nameOf } from "./urn.ts";

/** Runs the program once and carries out, or in a dry run only plans, what it declares. */
export async function runProgram(options: EngineOptions, dryRun: boolean): Promise<RunResult> {
  const journal = createJournal(options.onEvent);
  const work = (): Promise<RunResult> => runUnlocked(options, dryRun, journal);
  return dryRun ? work() : withLock(addressOf(options), journal, work);
}

async function runUnlocked(options: EngineOptions, dryRun: boolean, journal: Journal): Promise<RunResult> {
  const address = addressOf(options);
  const sealed = await readSealed(address);
  // The SDK takes longest to load; the program itself waits until the passphrase is known to be right.
  const program = startProgram(options, journal);
  try {
    const [opened, monitor] = await Promise.all([
      openState(address, sealed, options.passphrase),
      import("./monitor.ts"),
    ]);
    const session = openSession(options, address, opened, dryRun, journal);
    return await converse(options, session, program, monitor.startMonitor);
  } finally {
    program.kill();
    await program.exited.catch(() => undefined);
    await Promise.all(options.providers.map((provider) => provider.close()));
  }
}

async function converse(
  options: EngineOptions,
  session: Session,
  program: Program,
  startMonitor: (calls: MonitorCalls) => Promise<{ readonly address: string; close(): void }>,
): Promise<RunResult> {
  const { context } = session;
  const { journal, steps } = context;
  // When the program has ended, what it asked for last is not begun any more.
  const ended = new AbortController();
  setAside(context);
  const observing = observeStack(context);
  const run = observing.then((observations): ProgramRun => ({
    ...context,
    cancel: AbortSignal.any([context.cancel, ended.signal]),
    defaults: createDefaultProviders(context),
    observations,
    claimed: new Set(),
    cascades: new Map(),
  }));
  run.catch(() => undefined);
  const lost = Promise.withResolvers<undefined>();
  const calls = monitorCalls(context, run, lost);
  void lost.promise.then(() => endDisconnected(context, program));
  const monitor = await startMonitor(calls);
  const stopListening = killOnAbort(context, program);
  try {
    program.start({
      address: monitor.address,
      project: context.project,
      stack: context.stack,
      dryRun: context.dryRun,
      config: options.config,
      secretConfigKeys: options.secretConfigKeys ?? [],
    });
    const observations = await unlessAborted(observing, context.cancel);
    const exit = await program.exited;
    ended.abort();
    await calls.settled();
    await steps.onIdle();
    checkExit(exit, calls.hasShutDown(), context);
    const mayDelete = !journal.failed && !context.cancel.aborted;
    if (mayDelete && observations !== undefined) {
      // A second look: what was still on its way at the first one has arrived by now.
      await recoverInterrupted(context);
      await performPendingDeletes(context, observations);
    } else if (observations !== undefined) reportUnreplaced(await run);
    const outcome = context.cancel.aborted ? "canceled" : journal.failed ? "failed" : "succeeded";
    return await session.conclude("update", outcome);
  } finally {
    stopListening();
    monitor.close();
  }
}

/** The calls of the program, and what is known of them at the end. */
interface ObservedCalls extends MonitorCalls {
  /** Resolves when every registration that was asked for has been answered. */
  settled(): Promise<void>;
  hasShutDown(): boolean;
}

function monitorCalls(
  context: RunContext,
  run: Promise<ProgramRun>,
  lost: { resolve(value: undefined): void },
): ObservedCalls {
  const { project, stack, dryRun, journal } = context;
  const registrations = new Set<Promise<unknown>>();
  let shutDown = false;
  return {
    project,
    stack,
    dryRun,
    register: async (goal) => {
      const registration = unlessAborted(run, context.cancel).then((ready) => {
        if (ready === undefined) throw new RunCanceled();
        return register(ready, goal);
      });
      registrations.add(registration);
      return registration.finally(() => registrations.delete(registration));
    },
    registerOutputs: async (urn, outputs) => registerOutputs(await run, urn, outputs),
    connectionLost: () => lost.resolve(undefined),
    log: (severity, message, urn) => {
      const diagnostic = { severity, message, ...(urn !== undefined && { urn }) };
      if (severity === "error") journal.failWith(diagnostic);
      else journal.note(diagnostic);
    },
    shutdown: () => {
      shutDown = true;
    },
    refused: (error) => {
      journal.answered(messageOf(error));
      if (!(error instanceof StepFailed || error instanceof RunCanceled)) journal.fail(error);
    },
    settled: async () => {
      await Promise.allSettled(registrations);
    },
    hasShutDown: () => shutDown,
  };
}

function startProgram({ project, environment }: EngineOptions, journal: Journal): Program {
  return spawnProgram({
    root: project.root,
    main: project.main,
    environment,
    onOutput: (stream, message) =>
      journal.note({ severity: stream === "stdout" ? "info" : "error", message }),
    onProblem: (problem) => noteProblem(journal, problem),
  });
}

function noteProblem(journal: Journal, { message, problem, unsupported }: ProgramProblem): void {
  if (journal.isEcho(message)) return;
  if (unsupported !== undefined) {
    journal.fail(engineUnsupported({ what: unsupported }));
    return;
  }
  const reported = problem ?? toProblem(programFailed({ how: "failed", detail: message }));
  journal.failWith({ severity: "error", message, problem: reported });
}

/** Makes sure that a program that did not end well counts as failed, also when it said nothing. */
function checkExit(
  { code, signal }: ProgramExit,
  hasShutDown: boolean,
  { journal, cancel }: RunContext,
): void {
  if (journal.failed || cancel.aborted || (code === 0 && hasShutDown)) return;
  const how =
    code === 0
      ? "ended before it had declared everything"
      : code === undefined
        ? `was ended by ${signal ?? "a signal"}`
        : `ended with exit code ${code}`;
  journal.fail(programFailed({ how }));
}

/** Milliseconds that a program has to end after its connection broke, which may be how its end shows first. */
const LEAVE_TAKING_MS = 1000;

/**
 * A program whose call was never answered may take that for an orderly end, and would then seem to declare less than
 * it does; or it waits for ever.
 */
async function endDisconnected({ journal, cancel, steps }: RunContext, program: Program): Promise<void> {
  const lives = await Promise.race([
    program.exited.then(
      () => false,
      () => false,
    ),
    new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(true), LEAVE_TAKING_MS).unref();
    }),
  ]);
  if (!lives || cancel.aborted) return;
  journal.fail(programFailed({ how: "lost its connection to the engine" }));
  await steps.onIdle();
  program.kill();
}

/** Ends the program when the user does not want to wait: after the running steps, or at once. */
function killOnAbort({ cancel, terminate, steps }: RunContext, program: Program): () => void {
  const onCancel = (): void => {
    void steps.onIdle().then(() => program.kill());
  };
  const onTerminate = (): void => program.kill();
  cancel.addEventListener("abort", onCancel);
  terminate.addEventListener("abort", onTerminate);
  if (cancel.aborted) onCancel();
  return () => {
    cancel.removeEventListener("abort", onCancel);
    terminate.removeEventListener("abort", onTerminate);
  };
}

/** What went early because of a replacement, and never came back since the run failed on the way. */
function reportUnreplaced({ cascades, state, journal }: ProgramRun): void {
  for (const [urn, { reason }] of cascades) {
    const record = state.find(urn);
    if (record?.pendingReplacement !== true) continue;
    const { type } = record;
    const now = Date.now();
    journal.finish({
      urn,
      type,
      name: nameOf(urn),
      operation: "delete",
      changed: [],
      reason,
      startedAt: now,
      finishedAt: now,
    });
  }
}
