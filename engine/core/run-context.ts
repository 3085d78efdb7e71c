import type PQueue from "p-queue";

import type { Journal } from "./journal.ts";
import type { Analyze } from "./analyze.ts";
import type { ProviderSet } from "./provider-set.ts";
import type { StackState } from "./stack-state.ts";

/** What the parts of one run share. */
export interface RunContext {
  readonly project: string;
  readonly stack: string;
  /** Nothing is touched or saved; what only a real run can know is unknown. */
  readonly dryRun: boolean;
  readonly providers: ProviderSet;
  readonly state: StackState;
  readonly journal: Journal;
  readonly steps: PQueue;
  /** Whether the run is about this resource; the others stay as they are recorded. */
  readonly isTarget: (resource: { readonly urn: string; readonly parent?: string | undefined }) => boolean;
  /** What the embedder has against a resource; see {@link EngineOptions}. */
  readonly analyze: Analyze;
  /** Resolves when the state as it is now is on disk; does nothing in a dry run. */
  save(): Promise<void>;
  /** Aborted: no new step is started. */
  readonly cancel: AbortSignal;
  /** Aborted: running steps stop as soon as they can. */
  readonly terminate: AbortSignal;
}
