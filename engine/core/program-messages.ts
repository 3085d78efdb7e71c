import type { Problem } from "./journal.ts";

/** What the engine tells the program's process once the stack may be worked on. */
export interface ProgramStart {
  /** Where the monitor listens, as gRPC wants it. */
  readonly address: string;
  readonly project: string;
  readonly stack: string;
  readonly dryRun: boolean;
  readonly config: Readonly<Record<string, string>>;
  readonly secretConfigKeys: readonly string[];
}

/** What went wrong in the program, as its process tells the engine. */
export interface ProgramProblem {
  /** For people; with a stack trace when it is no user error. */
  readonly message: string;
  /** Set for a user error in our own form. */
  readonly problem?: Problem;
  /** The SDK refused something by itself because our monitor does not offer it: what. */
  readonly unsupported?: string;
}
