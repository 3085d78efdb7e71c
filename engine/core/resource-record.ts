import type { PropertyMap, SealedProperties } from "./values.ts";

/** Limits of a resource's operations, in seconds. */
export interface Timeouts {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
  readonly read?: number;
}

/** One resource of the state, with secrets marked but readable. Names are those of Pulumi's deployment schema. */
export interface ResourceRecord {
  readonly urn: string;
  /** Managed by a provider; false for components. */
  readonly custom: boolean;
  /** Replaced already, still to be deleted. */
  readonly delete: boolean;
  /** The provider's id; none for components. */
  readonly id?: string;
  readonly type: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  readonly parent?: string;
  readonly protect: boolean;
  /** To be replaced by the next run, whatever its inputs. */
  readonly taint: boolean;
  readonly dependencies: readonly string[];
  /** Why it exists but is not ready; empty when it is. */
  readonly initErrors: readonly string[];
  /** Provider reference, `<urn>::<id>`. */
  readonly provider?: string;
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Deleted in order to be recreated, which has not happened yet. */
  readonly pendingReplacement: boolean;
  readonly additionalSecretOutputs: readonly string[];
  readonly customTimeouts?: Timeouts;
  /** When it was created, RFC 3339. */
  readonly created?: string;
  /** When a step last changed it, RFC 3339. */
  readonly modified?: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** Fields of the schema that only the Pulumi CLI writes, e.g. sourcePosition; kept as they are. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** A record as a state file holds it: its secrets are ciphertext. */
export interface SealedRecord extends ResourceRecord {
  readonly inputs: SealedProperties;
  readonly outputs: SealedProperties;
}

/** A record with nothing but what every resource has. */
export function emptyRecord(urn: string, type: string, custom: boolean): ResourceRecord {
  return {
    urn,
    custom,
    delete: false,
    type,
    inputs: {},
    outputs: {},
    protect: false,
    taint: false,
    dependencies: [],
    initErrors: [],
    propertyDependencies: {},
    pendingReplacement: false,
    additionalSecretOutputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    rest: {},
  };
}

/** An operation that was begun; one in a loaded state was never finished. */
export interface PendingOperation {
  readonly type: "creating" | "updating" | "deleting" | "reading";
  readonly resource: ResourceRecord;
}

/** The same as a state file holds it. */
export interface SealedOperation extends PendingOperation {
  readonly resource: SealedRecord;
}
