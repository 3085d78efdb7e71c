import type { StackAddress } from "./backend.ts";
import type { PendingOperation, ResourceRecord } from "./resource-record.ts";
import { createSealer } from "./sealing.ts";
import type { Sealer } from "./sealing.ts";
import { crypterFor, readSealed } from "./stored-state.ts";
import { nameOf, STACK_TYPE } from "./urn.ts";
import type { PropertyMap, SealedProperties } from "./values.ts";

/** One resource of a stack that is only looked at. */
interface SnapshotResource extends Pick<
  ResourceRecord,
  "urn" | "type" | "custom" | "id" | "parent" | "protect" | "dependencies" | "delete" | "created" | "modified"
> {
  readonly name: string;
  /** See {@link StackSnapshot.open}. */
  readonly inputs: SealedProperties;
  readonly outputs: SealedProperties;
  /** Why it is not ready. */
  readonly initErrors: readonly string[];
  /** Deleted, and not recreated yet. */
  readonly pendingReplacement: boolean;
}

/** The same with its secrets marked and readable. */
interface OpenedResource extends Omit<SnapshotResource, "inputs" | "outputs"> {
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

interface SnapshotOperation {
  readonly urn: string;
  readonly type: PendingOperation["type"];
  /** What the object is called outside, e.g. "acme-cache"; undefined when its inputs do not say. */
  readonly objectName: string | undefined;
}

/** The state of a stack at one moment, read without a lock. */
export interface StackSnapshot {
  readonly resources: readonly SnapshotResource[];
  /** Operations that a run has begun and not finished: one is under way, or was killed. */
  readonly operations: readonly SnapshotOperation[];
  /** Outputs of the stack, secrets still ciphertext. */
  readonly outputs: PropertyMap;
  /**
   * The resource with its secrets marked and readable. The key is derived at the first call (0.3 s).
   * @throws NSK-PASSPHRASE-WRONG
   */
  open(resource: SnapshotResource): Promise<OpenedResource>;
}

/**
 * Reads a stack's state for looking at it.
 * @returns undefined when there is no such stack
 * @throws NSK-STATE-UNREADABLE
 */
export async function readStack(
  options: StackAddress & { readonly passphrase: string },
): Promise<StackSnapshot | undefined> {
  const sealed = await readSealed(options);
  if (sealed === undefined) return undefined;
  let sealer: Promise<Sealer> | undefined;
  const resources = sealed.resources.map((record) => ({ ...record, name: nameOf(record.urn) }));
  return {
    resources,
    operations: sealed.operations.map(({ type, resource }) => ({
      type,
      urn: resource.urn,
      objectName: typeof resource.inputs["name"] === "string" ? resource.inputs["name"] : undefined,
    })),
    outputs: resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {},
    open: async (resource) => {
      sealer ??= crypterFor(sealed, options.passphrase).then(createSealer);
      const opened = await sealer;
      const { urn, inputs, outputs } = resource;
      return { ...resource, inputs: opened.open(urn, inputs), outputs: opened.open(urn, outputs) };
    },
  };
}
