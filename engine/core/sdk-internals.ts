/**
 * The only file that knows what `@pulumi/pulumi` does inside: it calls functions that the SDK keeps for its own
 * `cmd/run`, and replaces two of them. None is part of the SDK's public interface, so an update may change any: a unit
 * test fails when the installed version is not the one below, or when one of them is missing or takes other arguments.
 * It loads nothing by itself: the copy of the SDK is the program's own.
 */

/** The version of `@pulumi/pulumi` that everything here was checked with. */
export const CHECKED_SDK = "3.270.0";

/** `runtime/settings`: where the engine is, and how many calls to it are open. */
interface Settings {
  resetOptions(
    project: string,
    stack: string,
    parallel: number,
    engine: string,
    monitor: string,
    preview: boolean,
    organization: string,
  ): void;
  waitForRPCs(): Promise<void>;
  /** @param signalShutdown tells the engine that the program has declared everything; @default false */
  disconnect(signalShutdown?: boolean): Promise<void>;
}

/** `runtime/stack`: makes the root resource and takes what the program returns for its outputs. */
interface Stacks {
  runInPulumiStack(init: () => Promise<unknown>): Promise<unknown>;
}

/** `runtime/config`: the stack's configuration, which the SDK would read from the environment otherwise. */
interface Config {
  setAllConfig(values: Record<string, string>, secretKeys: readonly string[]): void;
}

/** `log`: lines that go to the engine. */
interface Log {
  hasErrors(): boolean;
  debug: () => Promise<void>;
}

/** `runtime/debuggable`: the watch that tells of promises which are still open when the program ends. */
interface Debuggable {
  debuggablePromise: <Value>(promise: Promise<Value>, context: unknown) => Promise<Value>;
}

/** What a program's process uses of the SDK's internals. */
export interface SdkInternals {
  readonly settings: Settings;
  readonly stacks: Stacks;
  readonly config: Config;
  readonly log: Log;
  readonly debuggable: Debuggable;
}

/**
 * Loads the internals of the SDK that `require` finds.
 * @throws Error of Node when there is no SDK
 */
export function loadSdkInternals(require: NodeJS.Require): SdkInternals {
  // `require` answers any, and the SDK's own types do not describe all of this; the unit test compares it.
  return {
    settings: require("@pulumi/pulumi/runtime/settings") as Settings,
    stacks: require("@pulumi/pulumi/runtime/stack") as Stacks,
    config: require("@pulumi/pulumi/runtime/config") as Config,
    log: require("@pulumi/pulumi/log") as Log,
    debuggable: require("@pulumi/pulumi/runtime/debuggable") as Debuggable,
  };
}

/** Each of the SDK's debug lines is a call to the engine, several per resource, and nobody reads them. */
export function dropDebugLines({ log }: Pick<SdkInternals, "log">): void {
  log.debug = () => Promise.resolve();
}

/**
 * The SDK watches every promise of every property, four each, and takes a stack trace of where it was made: most of the
 * time that a large program takes. These promises end with the registration of their resource, which stays watched.
 */
export function watchNoProperties({ debuggable }: Pick<SdkInternals, "debuggable">): void {
  const watched = debuggable.debuggablePromise;
  debuggable.debuggablePromise = (promise, context) =>
    typeof context === "string" && context.startsWith("transfer") ? promise : watched(promise, context);
}
