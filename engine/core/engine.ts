/**
 * The embedded engine: runs an unmodified Pulumi program against providers in this process, and keeps the state
 * as Pulumi's file backend does. For one machine; what it does not do it refuses by name.
 */
import { destroyStack } from "./destroy-stack.ts";
import type { StackAddress } from "./backend.ts";
import type { DestroyOptions, EngineOptions, RunResult } from "./engine-options.ts";
import { createJournal } from "./journal.ts";
import { runProgram } from "./run-program.ts";
import { withLock } from "./run-session.ts";

export type { DestroyOptions, EngineOptions, RunResult } from "./engine-options.ts";
export type { Analyze, Registration } from "./analyze.ts";
export type {
  Diagnostic,
  EngineEvent,
  PlannedInputs,
  Problem,
  StepOperation,
  StepReport,
} from "./journal.ts";
export { readStack } from "./stack-snapshot.ts";
export type { StackSnapshot } from "./stack-snapshot.ts";

/**
 * Looks at what is there, runs the program once, and makes the world as the program declares it.
 * @throws NSK-STATE-LOCKED, NSK-STATE-UNREADABLE, NSK-PASSPHRASE-WRONG, and what providers throw while they look:
 *   then nothing was changed. All later failures are in the result.
 */
export function up(options: EngineOptions): Promise<RunResult> {
  return runProgram(options, false);
}

/** Like {@link up}, but only says what it would do: no lock, no change, nothing is written. */
export function preview(options: EngineOptions): Promise<RunResult> {
  return runProgram(options, true);
}

/**
 * Deletes all resources of a stack without running the program; refuses when any is protected, unless told to
 * include those.
 * @throws as {@link up}
 */
export function destroy(options: DestroyOptions): Promise<RunResult> {
  return destroyStack(options);
}

/**
 * Keeps every other run away from a stack while `work` does something with what belongs to it.
 * @throws NSK-STATE-LOCKED
 */
export function holdStack<Result>(address: StackAddress, work: () => Promise<Result>): Promise<Result> {
  return withLock(address, createJournal(), work);
}
