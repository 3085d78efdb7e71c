import { inspect } from "node:util";
import { isUserError, messageOf, problemOf, toProblem } from "./journal.ts";
import type { ProgramProblem } from "./program-messages.ts";

/** Codes of gRPC for "the other side has gone": the engine ended the run and knows why. */
const ENDED = new Set<unknown>([1, 14]);
/** How the SDK says that the monitor does not offer what an option needs. */
const UNSUPPORTED = /The Pulumi CLI does not support (.+?)\. Please update/i;

/**
 * An error of the program, for people: a user error without a stack trace, everything else with one.
 * @returns several for an error that stands for several, none for an echo of the engine's own end
 */
export function describeError(error: unknown): readonly ProgramProblem[] {
  if (!(error instanceof Error)) return [{ message: typeof error === "string" ? error : inspect(error) }];
  if ("code" in error && ENDED.has(error.code)) return [];
  // The SDK's RunError does not set its name; this mark is what the SDK itself goes by.
  const isRunError = error.name === "RunError" || "__pulumiRunError" in error;
  // The program puts its user errors into one for the Pulumi CLI; here they are told one by one.
  if (isRunError && error.cause instanceof Error) return describeError(error.cause);
  const several: unknown = "problems" in error ? error.problems : undefined;
  if (Array.isArray(several) && several.length > 0 && several.every(isUserError))
    return several.map((one) => ({ message: one.message, problem: toProblem(one) }));
  const problem = problemOf(error);
  if (problem !== undefined) return [{ message: problem.message, problem }];
  const unsupported = UNSUPPORTED.exec(error.message)?.[1];
  if (unsupported !== undefined) return [{ message: error.message, unsupported }];
  const hidesStack = isRunError || ("hideStack" in error && error.hideStack === true);
  return [{ message: hidesStack ? error.message : stackOf(error) }];
}

function stackOf(error: Error): string {
  try {
    return inspect(error);
  } catch {
    // inspect runs code of the error, e.g. getters; the plain message always works.
    return messageOf(error);
  }
}
