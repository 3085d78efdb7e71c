import type { Diagnostic, Problem, RunResult, StepReport } from "../../../engine/core/engine.ts";
import { nameOf, typeOf } from "../../../engine/core/urn.ts";
import type { ProblemText } from "../../lib/describe-problems.ts";
import { exitCodeOfEngineError, suggestionFor } from "../../lib/engine-errors.ts";
import { describeResource } from "../../render/steps/progress.ts";

/** A resource of the program. */
export interface Resource {
  /** Type token, e.g. `docker:index/container:Container`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
}

/** What a run reported as wrong, and what it is about. */
export interface ReportedProblem extends ProblemText {
  readonly exitCode?: number;
  /** The message as it was reported, without the name of the resource before it. */
  readonly report: string;
  /** The resource whose step failed. @default none: the program itself reported it */
  readonly resource?: Resource;
  /** Name of the container that it is about. @default none, or only known by the resource */
  readonly container?: string;
}

/** Everything that a run reported as wrong, each once. */
export function problemsOf(run: RunResult): readonly ReportedProblem[] {
  const errors = run.diagnostics.filter(({ severity }) => severity === "error");
  const structured = errors.flatMap((diagnostic) => structuredProblem(diagnostic, run.steps));
  const reported = new Set(structured.map(({ report }) => report));
  // Where a problem has a code of its own, that explains more than the step; the step explains more than a bare message.
  const steps = run.steps.flatMap((step) =>
    step.error === undefined || reported.has(step.error) ? [] : [failedStep(step, step.error)],
  );
  for (const { report } of steps) reported.add(report);
  return [
    ...structured,
    ...steps,
    ...errors
      .filter(({ problem, message }) => problem === undefined && !reported.has(message))
      .map(({ message, urn }) => ({
        code: "NSK-PROGRAM-FAILED",
        message,
        report: message,
        ...(urn === undefined ? {} : { resource: resourceOf(urn) }),
      })),
  ];
}

function structuredProblem(
  { problem, urn }: Diagnostic,
  steps: readonly StepReport[],
): readonly ReportedProblem[] {
  if (problem === undefined) return [];
  const { subject, action, ...text } = problem;
  const resource = urn === undefined ? steps.find(({ error }) => error === problem.message) : resourceOf(urn);
  return [
    {
      ...text,
      ...(action === undefined ? {} : renderedAction(problem.code, action)),
      report: problem.message,
      ...(resource === undefined ? {} : { resource: { type: resource.type, name: resource.name } }),
      ...(subject === undefined ? {} : { container: subject }),
    },
  ];
}

const failedStep = ({ type, name }: StepReport, error: string): ReportedProblem => ({
  code: "NSK-STEP-FAILED",
  message: `${describeResource({ type, name }) ?? name}: ${error}`,
  report: error,
  resource: { type, name },
});

const resourceOf = (urn: string): Resource => ({ type: typeOf(urn), name: nameOf(urn) });

/** What helps against an error of the engine, in our words, and the exit code of its kind. */
function renderedAction(
  code: string,
  action: NonNullable<Problem["action"]>,
): Pick<ReportedProblem, "suggestion" | "exitCode"> {
  const exitCode = exitCodeOfEngineError(code);
  return { suggestion: suggestionFor(action), ...(exitCode === undefined ? {} : { exitCode }) };
}
