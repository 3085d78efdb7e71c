import type { StackAddress } from "./backend.ts";
import type { Diagnostic, EngineEvent, StepReport } from "./journal.ts";
import type { Analyze } from "./analyze.ts";
import type { Provider } from "./provider.ts";
import type { PropertyMap } from "./values.ts";

export interface EngineOptions {
  readonly project: {
    readonly name: string;
    /** Working directory of the program, absolute. */
    readonly root: string;
    /** The program: absolute, or relative to the root, e.g. "index.ts". */
    readonly main: string;
  };
  readonly stack: string;
  /** "acme:region" → value; structured values as JSON text, as PULUMI_CONFIG has them. */
  readonly config: Readonly<Record<string, string>>;
  /** Keys of `config` whose values are secret. @default none */
  readonly secretConfigKeys?: readonly string[];
  /** Absolute backend folder; the state is at `<home>/.pulumi/stacks/<project>/<stack>.json`. */
  readonly home: string;
  readonly passphrase: string;
  /** Closed when the run ends. */
  readonly providers: readonly Provider[];
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * URNs of what the run is about, everything below them included; all else stays as it is recorded, whatever the
   * program says, and is not looked at. As `pulumi up --target`. @default everything
   */
  readonly targets?: readonly string[];
  /** How many steps may run at a time. @default 16 */
  readonly parallel?: number;
  /**
   * Asked about every resource of a provider before anything is done for it, whoever registered it; also in a dry run.
   * @default nothing is objected to
   */
  readonly analyze?: Analyze;
  readonly onEvent?: (event: EngineEvent) => void;
  /** First Ctrl-C: no new step is started, running ones finish and are saved; the outcome is "canceled". */
  readonly cancel?: AbortSignal;
  /** Second Ctrl-C: running steps are told to stop too. */
  readonly terminate?: AbortSignal;
}

/** {@link EngineOptions} without what only the program needs. */
export type DestroyOptions = Omit<
  EngineOptions,
  "project" | "config" | "secretConfigKeys" | "environment" | "targets" | "analyze"
> & {
  readonly project: Pick<EngineOptions["project"], "name">;
  /** Deletes what is protected as well: its owner has agreed to that. @default false */
  readonly includeProtected?: boolean;
  /**
   * What stays, with all that it needs, as `pulumi destroy --exclude`; asked once the state is locked.
   * @default nothing
   */
  readonly excludes?: (resource: { readonly urn: string; readonly type: string }) => boolean;
};

export interface RunResult {
  readonly outcome: "succeeded" | "failed" | "canceled";
  readonly steps: readonly StepReport[];
  /** Outputs of the stack; secrets are still marked. */
  readonly outputs: PropertyMap;
  readonly diagnostics: readonly Diagnostic[];
}

/** The stack that a run works on. */
export function addressOf({ home, project, stack }: DestroyOptions): StackAddress {
  return { home, project: project.name, stack };
}
