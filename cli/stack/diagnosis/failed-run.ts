import type { Problem, RunResult } from "../../../engine/core/engine.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import { exitCodeOfEngineError, suggestionFor } from "../../lib/engine-errors.ts";
import { EXIT } from "../../lib/exit-codes.ts";
import { describeProblem, type ProblemText } from "../../lib/describe-problems.ts";
import { describeResource } from "../../render/steps/progress.ts";

/** Everything that a run reported as wrong, each once. */
export function problemsOf(run: RunResult): readonly (ProblemText & { readonly exitCode?: number })[] {
  const errors = run.diagnostics.filter(({ severity }) => severity === "error");
  const structured = errors.flatMap(({ problem }) => (problem === undefined ? [] : [explained(problem)]));
  const told = new Set(structured.map(({ message }) => message));
  // Where a problem has a code of its own, that tells more than the step; the step tells more than a bare message.
  const steps = run.steps.flatMap((step) =>
    step.error === undefined || told.has(step.error) ? [] : [{ ...step, error: step.error }],
  );
  for (const { error } of steps) told.add(error);
  return [
    ...structured,
    ...steps.map((step) => ({
      code: "NSK-STEP-FAILED",
      message: `${describeResource(step) ?? step.name}: ${step.error}`,
    })),
    ...errors
      .filter(({ problem, message }) => problem === undefined && !told.has(message))
      .map(({ message }) => ({ code: "NSK-PROGRAM-FAILED", message })),
  ];
}

/** A problem with what helps in our words, and the exit code of its kind. */
function explained({ action, ...problem }: Problem): ProblemText & { readonly exitCode?: number } {
  if (action === undefined) return problem;
  const exitCode = exitCodeOfEngineError(problem.code);
  return { ...problem, suggestion: suggestionFor(action), ...(exitCode === undefined ? {} : { exitCode }) };
}

/** The result of a run that did not succeed, as far as the run itself knows the reasons. */
export function failedRun(run: RunResult): CommandResult {
  const problems = problemsOf(run);
  const canceled = run.outcome === "canceled";
  return {
    exitCode: canceled
      ? EXIT.interrupted
      : (problems.find(({ exitCode }) => exitCode !== undefined)?.exitCode ?? EXIT.deploymentFailed),
    text: [...problems.map(describeProblem), ...(canceled ? ["Stopped; what was done is saved."] : [])].join(
      "\n\n",
    ),
    json: {
      ok: false,
      outcome: run.outcome,
      errors: problems.map(({ code, message, detail, suggestion }) => ({
        code,
        message,
        detail,
        suggestion,
      })),
    },
  };
}
