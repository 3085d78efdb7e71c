import { z } from "zod";

import { type JsonLimits, jsonProblem } from "../formats/json-limits.ts";
import type { PendingOperation, ResourceRecord, SealedOperation, SealedRecord } from "./resource-record.ts";
import type { Sealer } from "./sealing.ts";
import type { SealedProperties } from "./values.ts";

/** Version of the checkpoint files that this engine writes. */
export const CHECKPOINT_VERSION = 3;
/** The Pulumi CLI's next version: the same, with a list of what the file makes use of beyond the one before. */
const VERSION_WITH_FEATURES = 4;
/** Features that are honoured here: a tainted resource is replaced. */
const KNOWN_FEATURES: readonly string[] = ["taint"];

/** A checkpoint that makes use of what this engine does not know; the Pulumi CLI does. */
export class UnknownFeatures extends Error {
  readonly features: readonly string[];

  constructor(features: readonly string[]) {
    super(`it makes use of ${features.join(", ")}`);
    this.features = features;
  }
}

/** A checkpoint of a version that this engine does not know. */
export class UnknownVersion extends Error {}

/** A stack's state as Pulumi's deployment version 3 holds it, with secrets readable. */
export interface Deployment {
  readonly resources: readonly ResourceRecord[];
  readonly operations: readonly PendingOperation[];
}

/** A checkpoint that was parsed but not decrypted. */
export interface SealedDeployment {
  /** `organization/<project>/<stack>`; undefined when the file does not say. */
  readonly stack: string | undefined;
  /** `secrets_providers.state.salt`; undefined when the state was never encrypted. */
  readonly salt: string | undefined;
  readonly resources: readonly SealedRecord[];
  readonly operations: readonly SealedOperation[];
}

const text = z.string("is not a text");
const list = <Entry extends z.ZodType>(entry: Entry) =>
  z
    .array(entry, "is not a list")
    .nullish()
    .transform((entries) => entries ?? []);
const flag = z
  .boolean("is neither true nor false")
  .nullish()
  .transform((value) => value === true);
const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape, "is not an object");
const record = <Value extends z.ZodType>(value: Value) => z.record(z.string(), value, "is not an object");
/** Parsed JSON is what these properties are; they are large, and nothing is asked of what is in them. */
const properties = z
  .custom<SealedProperties>(
    (value) => value === undefined || value === null || (typeof value === "object" && !Array.isArray(value)),
    "is not an object",
  )
  .nullish()
  .transform((value) => value ?? NO_PROPERTIES);
/** Nothing in it is secret. */
const NO_PROPERTIES = {} as SealedProperties;
const seconds = z.number("is not a number of seconds").optional();

const fields = {
  urn: text,
  custom: flag,
  delete: flag,
  id: text.optional(),
  type: text,
  inputs: properties,
  outputs: properties,
  parent: text.optional(),
  protect: flag,
  taint: flag,
  dependencies: list(text),
  initErrors: list(text),
  provider: text.optional(),
  propertyDependencies: record(list(text))
    .nullish()
    .transform((value) => value ?? {}),
  pendingReplacement: flag,
  additionalSecretOutputs: list(text),
  customTimeouts: object({ create: seconds, update: seconds, delete: seconds, read: seconds }).optional(),
  created: text.optional(),
  modified: text.optional(),
  ignoreChanges: list(text),
  replaceOnChanges: list(text),
} satisfies Record<keyof Omit<SealedRecord, "rest">, z.ZodType>;

const resource = object(fields).transform((json): SealedRecord => {
  const there = Object.entries(json).filter(([, value]) => value !== undefined && value !== null);
  const [own, rest] = [true, false].map((isOwn) =>
    Object.fromEntries(there.filter(([key]) => Object.hasOwn(fields, key) === isOwn)),
  );
  // Checked field by field above; what is absent is left out instead of undefined.
  return { ...(own as unknown as Omit<SealedRecord, "rest">), rest: rest ?? {} };
});

const checkpointFile = object({
  checkpoint: object({
    stack: text.optional(),
    latest: object({
      secrets_providers: object({
        type: z.literal("passphrase", { error: ({ input }) => `is ${String(input)}, not passphrase` }),
        state: object({ salt: text }),
      }).nullish(),
      resources: list(resource),
      pending_operations: list(
        object({
          type: z.enum(["creating", "updating", "deleting", "reading"], "is not an operation"),
          resource,
        }),
      ),
    }).nullish(),
  }),
});

/** A stack of a thousand containers has a hundredth of that; what is deeper was not written by any program. */
const LIMITS: JsonLimits = { values: 5_000_000, depth: 200 };

/**
 * Parses the text of a checkpoint file.
 * @throws Error saying what is wrong, and where: no JSON (truncated), too much or too deep for a state, or not the shape (edited);
 *   UnknownVersion,
 *   UnknownFeatures
 */
export function parseCheckpoint(content: string): SealedDeployment {
  const problem = jsonProblem(content, LIMITS);
  if (problem !== undefined) throw new Error(problem);
  const json: unknown = JSON.parse(content);
  requireKnown(json);
  const { data, error } = checkpointFile.safeParse(json);
  if (error !== undefined) throw new Error(error.issues.map(describeIssue).slice(0, MOST_ISSUES).join("; "));
  const { stack, latest } = data.checkpoint;
  return {
    stack,
    salt: latest?.secrets_providers?.state.salt,
    resources: latest?.resources ?? [],
    operations: (latest?.pending_operations ?? []).map(({ type, resource: begun }) => ({
      type,
      resource: begun,
    })),
  };
}

/** @throws UnknownVersion, UnknownFeatures; what has no head at all is told by its shape */
function requireKnown(json: unknown): void {
  const head = object({ version: z.unknown().optional(), features: z.unknown().optional() }).safeParse(json);
  if (!head.success) return;
  const { version, features } = head.data;
  if (version === CHECKPOINT_VERSION) return;
  const listed = z.array(z.string()).safeParse(features);
  if (version !== VERSION_WITH_FEATURES || !listed.success)
    throw new UnknownVersion(`its version is ${String(version)}, this engine knows ${CHECKPOINT_VERSION}`);
  const unknown = listed.data.filter((feature) => !KNOWN_FEATURES.includes(feature));
  if (unknown.length > 0) throw new UnknownFeatures(unknown);
}

/** A file that something else was written to is wrong everywhere: the first places say enough. */
const MOST_ISSUES = 3;

/** @example "checkpoint.latest.resources[0].urn is not a text" */
const describeIssue = ({ path, message }: z.core.$ZodIssue): string =>
  `${path.length === 0 ? "the file" : z.core.toDotPath(path)} ${message}`;

/** @throws Error when a secret cannot be opened */
export function openDeployment(sealed: SealedDeployment, sealer: Sealer): Deployment {
  const open = (record: SealedRecord): ResourceRecord => ({
    ...record,
    inputs: sealer.open(record.urn, record.inputs),
    outputs: sealer.open(record.urn, record.outputs),
  });
  return {
    resources: sealed.resources.map(open),
    operations: sealed.operations.map(({ type, resource }) => ({ type, resource: open(resource) })),
  };
}
