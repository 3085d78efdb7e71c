import type { RunResult } from "../../engine/core/engine.ts";
import type { CommandResult } from "../command.ts";
import { describeProblem, type ProblemText } from "../errors.ts";
import { describeResource } from "./progress.ts";

/** Exit code of a deployment that failed, when no problem brings its own. */
const DEPLOYMENT_FAILED = 20;
const INTERRUPTED = 130;

/** Everything that a run reported as wrong, each once. */
export function problemsOf(run: RunResult): readonly (ProblemText & { readonly exitCode?: number })[] {
  const reported = run.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ problem, message }) => problem ?? { code: "NSK-PROGRAM-FAILED", message });
  const failedSteps = run.steps
    .filter((step) => step.error !== undefined)
    .map((step) => ({
      code: "NSK-STEP-FAILED",
      message: `${describeResource(step) ?? step.name}: ${step.error ?? ""}`,
    }));
  const told = new Set<string>();
  return [...failedSteps, ...reported].filter(({ message }) => !told.has(message) && told.add(message));
}

/** The result of a run that did not succeed, as far as the run itself knows the reasons. */
export function failedRun(run: RunResult): CommandResult {
  const problems = problemsOf(run);
  const canceled = run.outcome === "canceled";
  return {
    exitCode: canceled
      ? INTERRUPTED
      : (problems.find(({ exitCode }) => exitCode !== undefined)?.exitCode ?? DEPLOYMENT_FAILED),
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
