import { problemsOf } from "./engine-errors.ts";
import { EXIT } from "./exit-codes.ts";

export const exitCodeOf = (error: unknown): number => problemsOf(error)[0]?.exitCode ?? EXIT.unexpected;

/** For people: code and sentence, detail, suggestion. What is our own fault keeps its stack trace. */
export function describeProblems(error: unknown): string {
  const problems = problemsOf(error);
  if (problems.length === 0) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return problems.map(describeProblem).join("\n\n");
}

export interface ProblemText {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly suggestion?: string | undefined;
}

export function describeProblem({ code, message, detail, suggestion }: ProblemText): string {
  return [
    `${code}: ${message}`,
    ...(detail === undefined ? [] : [`  ${detail.replaceAll("\n", "\n  ")}`]),
    ...(suggestion === undefined ? [] : [`  → ${suggestion}`]),
  ].join("\n");
}

/** The same for programs. */
export function problemsAsJson(error: unknown): Readonly<Record<string, unknown>> {
  const problems = problemsOf(error);
  return {
    ok: false,
    errors:
      problems.length > 0
        ? problems.map(({ code, message, detail, suggestion }) => ({ code, message, detail, suggestion }))
        : [{ code: "NSK-UNEXPECTED", message: error instanceof Error ? error.message : String(error) }],
  };
}
