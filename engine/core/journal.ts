import type { Action } from "../errors/actions.ts";
import { EngineError } from "../errors/define-error.ts";
import type { PropertyMap } from "./values.ts";

export type StepOperation = "same" | "create" | "update" | "replace" | "delete";
export type Severity = "debug" | "info" | "warning" | "error";

/** One finished step. Components and default providers take none. */
export interface StepReport {
  readonly urn: string;
  /** Type token, e.g. `docker:index/container:Container`. */
  readonly type: string;
  /** Logical name in the program. */
  readonly name: string;
  readonly operation: StepOperation;
  /** Top-level names of changed inputs. */
  readonly changed: readonly string[];
  /** Why, when it was not the program's doing: an observation, a failed start, what it depends on. */
  readonly reason?: string;
  /** Milliseconds since 1970. In a preview both times are the same. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Why it failed; undefined when it did not. */
  readonly error?: string;
  readonly id?: string;
  /** Inputs that it had and shall have, secrets marked; in a preview only. */
  readonly inputs?: PlannedInputs;
}

/** None before: it is new. None after: it goes. */
export interface PlannedInputs {
  readonly before?: PropertyMap;
  readonly after?: PropertyMap;
}

/** A user error in parts, for those who print them: one of the engine, or one that the program threw. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  /** What helps, when it is an error of the engine. */
  readonly action?: Action;
  /** What helps, in the program's own words. */
  readonly suggestion?: string;
  /** With which code the program's error asks a command to end. */
  readonly exitCode?: number;
  /** What the program's error is about, in the program's own words. */
  readonly subject?: string;
}

export interface Diagnostic {
  readonly severity: Severity;
  readonly message: string;
  /** The resource it is about. */
  readonly urn?: string;
  readonly problem?: Problem;
}

export type EngineEvent =
  | { readonly kind: "observed"; readonly urn: string; readonly reason: string }
  | ({ readonly kind: "step-started" } & Pick<StepReport, "urn" | "type" | "name" | "operation" | "reason">)
  | { readonly kind: "step-progress"; readonly urn: string; readonly message: string }
  | { readonly kind: "step-finished"; readonly step: StepReport }
  /** The state is on disk as it was when the save began. */
  | { readonly kind: "saved"; readonly milliseconds: number }
  | ({ readonly kind: "diagnostic" } & Diagnostic);

/** What happened in a run: told at once to the listener, and kept for the result. */
export interface Journal {
  /** Tells the listener only. */
  emit(event: EngineEvent): void;
  finish(step: StepReport): void;
  note(diagnostic: Diagnostic): void;
  /** Records a failure, once for each error object and message; the run counts as failed. */
  fail(error: unknown, urn?: string): void;
  /** Like {@link fail}, for a failure that is told in the words of someone else. */
  failWith(diagnostic: Diagnostic): void;
  readonly failed: boolean;
  /** Remembers what the program was answered, since it will say so again. */
  answered(message: string): void;
  /** Whether a text of the program only repeats such an answer. */
  isEcho(message: string): boolean;
  readonly steps: readonly StepReport[];
  /** Without those of severity debug, which are for the listener only. */
  readonly diagnostics: readonly Diagnostic[];
}

export function createJournal(listener: (event: EngineEvent) => void = () => undefined): Journal {
  const steps: StepReport[] = [];
  const diagnostics: Diagnostic[] = [];
  const reported = new Set<unknown>();
  const messages = new Set<string>();
  const answers: string[] = [];
  let failed = false;

  const note = (diagnostic: Diagnostic): void => {
    if (diagnostic.severity !== "debug") diagnostics.push(diagnostic);
    listener({ kind: "diagnostic", ...diagnostic });
  };
  const failWith = (diagnostic: Diagnostic): void => {
    failed = true;
    const key = `${diagnostic.urn ?? ""}\n${diagnostic.message}`;
    if (messages.has(key)) return;
    messages.add(key);
    note(diagnostic);
  };
  return {
    emit: listener,
    finish: (step) => {
      steps.push(step);
      listener({ kind: "step-finished", step });
    },
    note,
    fail: (error, urn) => {
      failed = true;
      if (reported.has(error)) return;
      if (typeof error === "object") reported.add(error);
      const problem = problemOf(error);
      failWith({
        severity: "error",
        message: messageOf(error),
        ...(urn !== undefined && { urn }),
        ...(problem !== undefined && { problem }),
      });
    },
    failWith,
    get failed() {
      return failed;
    },
    answered: (message) => {
      answers.push(message);
    },
    isEcho: (message) => {
      // "failed to register new resource … : 2 UNKNOWN: <answer>", or for an invoke the answer itself.
      const [text = ""] = message.split("\n    at ", 1);
      return answers.some(
        (answer) =>
          text.includes(`2 UNKNOWN: ${answer}`) || text === answer || text.endsWith(`Error: ${answer}`),
      );
    },
    steps,
    diagnostics,
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The parts of a user error, searched for along the chain of causes. */
export function problemOf(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof EngineError || isUserError(error)) return toProblem(error);
  return problemOf(error.cause);
}

export function toProblem(error: EngineError | UserError): Problem {
  const { code, sentence: message, detail } = error;
  const head = { code, message, ...(detail !== undefined && { detail }) };
  if (error instanceof EngineError) return { ...head, action: error.action };
  const { suggestion, exitCode, subject } = error;
  return {
    ...head,
    suggestion,
    ...(exitCode !== undefined && { exitCode }),
    ...(subject !== undefined && { subject }),
  };
}

/** An error that a program throws for its users. Any class will do: it is told by these members. */
export interface UserError extends Error {
  readonly code: string;
  /** What is wrong, in one sentence: others write into the message on its way. */
  readonly sentence: string;
  readonly detail?: string | undefined;
  /** What to do next. */
  readonly suggestion: string;
  /** @default up to whoever runs the engine */
  readonly exitCode?: number;
  /** What it is about, in the program's own words; passed on as it is. @default nothing in particular */
  readonly subject?: string | undefined;
}

export function isUserError(error: unknown): error is UserError {
  if (!(error instanceof Error)) return false;
  return ["code", "sentence", "suggestion"].every((part) => typeof Reflect.get(error, part) === "string");
}
