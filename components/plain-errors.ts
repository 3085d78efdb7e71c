import * as pulumi from "@pulumi/pulumi";

import { NasikoError, NasikoErrors } from "../platform/errors/define-error.ts";

/**
 * Runs what fails when the user's input is wrong. The Pulumi CLI prints an error it does not know with its stack trace;
 * it prints a `RunError` as the text it is. Everything else is our fault and keeps its trace.
 * @example const { settings } = plainErrors(() => loadSettings(request));
 * @throws pulumi.RunError with every problem, its detail, its suggestion and its code; the cause is the error itself
 */
export function plainErrors<Value>(body: () => Value): Value {
  try {
    return body();
  } catch (error) {
    const problems = problemsOf(error);
    if (problems === undefined) throw error;
    throw new pulumi.RunError(problems.map(describe).join("\n\n"), { cause: error });
  }
}

function problemsOf(error: unknown): readonly NasikoError[] | undefined {
  if (error instanceof NasikoErrors) return error.problems;
  return error instanceof NasikoError ? [error] : undefined;
}

const describe = ({ sentence, detail, suggestion, code }: NasikoError): string =>
  [sentence, ...(detail === undefined ? [] : [detail]), `→ ${suggestion}`, `(${code})`].join("\n");
