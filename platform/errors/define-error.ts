/**
 * Errors for the person who reads them at night: a code, one sentence, the detail, and a suggestion that can be
 * pasted. Something that is our own fault is not an error of this kind: it keeps its stack trace.
 */

/** How an error of one code is told; each part is made from the details of the case. */
export interface ErrorText<Details> {
  /** Process exit code, from the table in the documentation. */
  readonly exitCode: number;
  readonly sentence: (details: Details) => string;
  /** More lines for the curious: where it was found, what was seen. @default none */
  readonly detail?: (details: Details) => string | undefined;
  /** What to do next; a command where one helps. */
  readonly suggestion: (details: Details) => string;
  /** Name of the container that it is about, for those who look for the root cause of a failed run. @default none */
  readonly subject?: (details: Details) => string;
}

/** A problem the user can mend. */
export class NasikoError extends Error {
  override readonly name = "NasikoError";
  readonly code: string;
  readonly exitCode: number;
  /** The message as it was made: those who pass an error on, Pulumi among them, write into its message. */
  readonly sentence: string;
  readonly detail: string | undefined;
  readonly suggestion: string;
  readonly subject: string | undefined;

  constructor(parts: {
    readonly code: string;
    readonly exitCode: number;
    readonly sentence: string;
    readonly detail: string | undefined;
    readonly suggestion: string;
    readonly subject?: string | undefined;
    readonly cause?: unknown;
  }) {
    super(parts.sentence, { cause: parts.cause });
    this.code = parts.code;
    this.exitCode = parts.exitCode;
    this.sentence = parts.sentence;
    this.detail = parts.detail;
    this.suggestion = parts.suggestion;
    this.subject = parts.subject;
  }
}

/** All problems of one kind at once; its exit code is that of the first. */
export class NasikoErrors extends Error {
  override readonly name = "NasikoErrors";
  readonly problems: readonly NasikoError[];

  constructor(problems: readonly NasikoError[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.problems = problems;
  }
}

export interface ErrorDefinition<Details> {
  (details: Details, cause?: unknown): NasikoError;
  readonly code: string;
  readonly exitCode: number;
}

const DEFINED: ErrorDefinition<never>[] = [];

/**
 * Every error of the modules that have been loaded, for the page of them all.
 * @public the page loads it together with those modules
 */
export const definedErrors = (): readonly ErrorDefinition<never>[] => DEFINED;

/**
 * Declares an error code.
 * @example
 * export const portInUse = defineError("NSK-PORT-IN-USE", { exitCode: 12, sentence: …, suggestion: … });
 * throw portInUse({ port: 9100, service: "kong" });
 */
export function defineError<Details>(
  code: `NSK-${string}`,
  text: ErrorText<Details>,
): ErrorDefinition<Details> {
  const make = (details: Details, cause?: unknown): NasikoError =>
    new NasikoError({
      code,
      exitCode: text.exitCode,
      sentence: text.sentence(details),
      detail: text.detail?.(details),
      suggestion: text.suggestion(details),
      subject: text.subject?.(details),
      cause,
    });
  const definition = Object.assign(make, { code, exitCode: text.exitCode });
  DEFINED.push(definition);
  return definition;
}

/** Throws nothing for an empty list, the one problem, or all of them together. */
export function throwProblems(problems: readonly NasikoError[]): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  throw others.length === 0 ? first : new NasikoErrors(problems);
}
