import type { Action } from "./actions.ts";

/** How an error of one code is told; each part is made from the details of the case. */
export interface ErrorText<Details> {
  /** One sentence that says what is wrong. */
  readonly sentence: (details: Details) => string;
  /** More lines: where it was found, what was seen. @default none */
  readonly detail?: (details: Details) => string | undefined;
  readonly action: (details: Details) => Action;
}

/** A problem that its user can solve. What is the engine's own fault is no error of this kind: it keeps its trace. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: string;
  readonly sentence: string;
  readonly detail: string | undefined;
  /** What helps. */
  readonly action: Action;
  /** What the sentence was made from, e.g. the name that is taken. */
  readonly data: unknown;

  constructor(parts: {
    readonly code: string;
    readonly sentence: string;
    readonly detail: string | undefined;
    readonly action: Action;
    readonly data: unknown;
    readonly cause?: unknown;
  }) {
    super(parts.sentence, { cause: parts.cause });
    this.code = parts.code;
    this.sentence = parts.sentence;
    this.detail = parts.detail;
    this.action = parts.action;
    this.data = parts.data;
  }
}

export interface ErrorDefinition<Details, Code extends string = string> {
  (details: Details, cause?: unknown): EngineError;
  readonly code: Code;
}

/**
 * Declares an error code.
 * @example
 * export const imageGone = defineError("NSK-IMAGE-GONE", { sentence: …, action: () => ({ id: "make-image-again" }) });
 * throw imageGone({ image: "redis:7", container: "cache" });
 */
export function defineError<Details, const Code extends string>(
  code: Code,
  text: ErrorText<Details>,
): ErrorDefinition<Details, Code> {
  const make = (details: Details, cause?: unknown): EngineError =>
    new EngineError({
      code,
      sentence: text.sentence(details),
      detail: text.detail?.(details),
      action: text.action(details),
      data: details,
      cause,
    });
  return Object.assign(make, { code });
}
