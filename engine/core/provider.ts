import type { PropertyMap } from "./values.ts";

/**
 * What the engine asks of a provider: the verbs of the SDK's `pulumi.provider.Provider`, typed without `any`,
 * plus `observe` (design: look at the outside world in one go before planning).
 *
 * Values are plain JSON: the engine reveals secrets before a call and marks them again afterwards. In a dry run
 * only the verbs that touch nothing are called, and unknown values arrive as the UNKNOWN sentinel (see values.ts).
 */
export interface Provider {
  /** Package name as in a resource type, e.g. `docker` in `docker:index/container:Container`. */
  readonly package: string;
  /** Version of the SDK package whose resources it implements, e.g. "5.2.0". */
  readonly version: string;
  /** Resource types it knows; the engine refuses every other type of this package by name. */
  readonly types: readonly string[];

  /**
   * Validates inputs and fills in defaults (listed under `__defaults`, as the official providers do) and
   * automatic names. `olds` are the inputs of the state, so that an automatic name is kept.
   */
  check(resource: ResourceRef, olds: PropertyMap | undefined, news: PropertyMap): Promise<CheckResult>;
  /** Says what a change from the recorded resource to `news` would do. Touches nothing. */
  diff(resource: ResourceRef, old: RecordedResource, news: PropertyMap): Promise<DiffResult>;
  /** @throws OutcomeUnknown when something may have been made that `created` was not called for */
  create(resource: ResourceRef, news: PropertyMap, step: StepContext): Promise<CreateResult>;
  update(
    resource: ResourceRef,
    old: RecordedResource,
    news: PropertyMap,
    step: StepContext,
  ): Promise<UpdateResult>;
  /**
   * Says whether somebody else keeps the resource from being removed. Asked before anything that depends on it is
   * stopped for its sake, also in a dry run. Touches nothing.
   * @throws what `delete` would throw for that reason
   * @default nobody can
   */
  assertRemovable?(resource: ResourceRef, old: RecordedResource): Promise<void>;
  /** Removes the resource; one that is already gone is no error. */
  delete(resource: ResourceRef, old: RecordedResource, step: StepContext): Promise<void>;
  /**
   * Looks for what an interrupted `create` with these inputs made before anyone recorded it. Touches nothing.
   * @returns undefined when there is nothing, or when what stands in its place is somebody else's
   */
  recover(resource: ResourceRef, inputs: PropertyMap): Promise<Recovered | undefined>;
  /** Compares recorded resources with the outside world, in as few calls as possible. Only differences are returned. */
  observe(recorded: readonly (RecordedResource & ResourceRef)[]): Promise<readonly Observation[]>;
  /** Releases connections. */
  close(): Promise<void>;
}

export interface ResourceRef {
  readonly urn: string;
  /** Type token, e.g. `docker:index/container:Container`. */
  readonly type: string;
  /** Logical name in the program. */
  readonly name: string;
}

/** What the state holds about a resource; secrets revealed. */
export interface RecordedResource {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

export interface CheckResult {
  readonly inputs: PropertyMap;
  /** Invalid properties; the resource is not registered when there is any. */
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffResult {
  /** Changed properties, top-level names, e.g. "memory"; empty means no change. */
  readonly changed: readonly string[];
  /** Those of `changed` that force a replacement. */
  readonly replaces: readonly string[];
  /** Whether a replacement has to delete the old resource first (fixed names, host ports). */
  readonly deleteBeforeReplace: boolean;
}

export interface CreateResult {
  readonly id: string;
  readonly outputs: PropertyMap;
  /** The resource exists, but did not become ready: why. Recorded in the state; the step counts as failed. */
  readonly initErrors?: readonly string[];
}

/** What an interrupted `create` left. */
export interface Recovered {
  readonly id: string;
  readonly outputs: PropertyMap;
  /** It is all that it should be; false when it has to be recreated. */
  readonly complete: boolean;
}

/** A `create` whose end nobody knows, e.g. since the connection broke after the request was sent. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

export interface UpdateResult {
  readonly outputs: PropertyMap;
  readonly initErrors?: readonly string[];
}

export interface StepContext {
  /** Aborted when the run is to stop at once (second Ctrl-C) or the step's time is over. */
  readonly signal: AbortSignal;
  /** Limit from `customTimeouts`, in seconds, when the program set one. */
  readonly timeoutSeconds?: number;
  /**
   * Set for a `create` that an earlier run of ours began and never reported on, and of which nothing was found: an
   * object that is in the way now may be the one it made, only later than we looked. @default false
   */
  readonly interrupted?: boolean;
  /** Tells the user what the step is doing, e.g. "waiting for health (starting)" or "Step 3/7 : RUN npm ci". */
  report(message: string): void;
  /** Called by `create` as soon as the outside world holds the new resource, so that a crash cannot orphan it. */
  created(id: string): Promise<void>;
}

/** One difference between the state and the outside world. */
export interface Observation {
  readonly urn: string;
  /** For people, e.g. "container is gone" or "job exited with code 1". */
  readonly reason: string;
  readonly finding:
    /** It does not exist any more: plan as if it had never been created. */
    | { readonly kind: "missing" }
    /** It exists but must be recreated, e.g. a failed job: delete it, then create it. */
    | { readonly kind: "broken" }
    /** Its outputs differ from the record, e.g. `mustRun: false` for a container that was stopped. */
    | { readonly kind: "changed"; readonly outputs: PropertyMap };
}
