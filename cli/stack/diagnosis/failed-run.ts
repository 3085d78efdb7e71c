import type { RunResult } from "../../../engine/core/engine.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import { EXIT } from "../../lib/exit-codes.ts";
import { describeProblem } from "../../lib/describe-problems.ts";
import { problemsOf } from "./reported-problem.ts";

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
