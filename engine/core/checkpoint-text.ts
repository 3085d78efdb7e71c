import { CHECKPOINT_VERSION, type Deployment } from "./deployment.ts";
import type { ResourceRecord } from "./resource-record.ts";
import type { Sealer } from "./sealing.ts";

/** What a checkpoint file says besides the resources. */
export interface CheckpointHead {
  readonly project: string;
  readonly stack: string;
  readonly salt: string;
  /** RFC 3339. */
  readonly time: string;
}

/** The text of a checkpoint file: compact JSON, fields in the order and with the omissions of Pulumi's own. */
export type CheckpointWriter = (deployment: Deployment, head: CheckpointHead) => string;

/**
 * A writer for the checkpoints of one run. A state is saved after every step that changes one of its records, and
 * records never change in place: the text of each is made once.
 */
export function createCheckpointWriter(sealer: Sealer): CheckpointWriter {
  const texts = new WeakMap<ResourceRecord, string>();
  const textOf = (record: ResourceRecord): string => {
    const text = texts.get(record) ?? JSON.stringify(renderRecord(record, sealer));
    texts.set(record, text);
    return text;
  };
  return ({ resources, operations }, head) =>
    object({
      version: JSON.stringify(CHECKPOINT_VERSION),
      checkpoint: object({
        stack: JSON.stringify(`organization/${head.project}/${head.stack}`),
        latest: object({
          manifest: JSON.stringify({ time: head.time, magic: "", version: "" }),
          secrets_providers: JSON.stringify({ type: "passphrase", state: { salt: head.salt } }),
          ...(resources.length > 0 && { resources: list(resources.map(textOf)) }),
          ...(operations.length > 0 && {
            pending_operations: list(
              operations.map(({ type, resource }) =>
                object({ resource: textOf(resource), type: JSON.stringify(type) }),
              ),
            ),
          }),
          metadata: "{}",
        }),
      }),
    });
}

/** JSON of an object whose values are JSON already. */
function object(fields: Readonly<Record<string, string>>): string {
  const members = Object.entries(fields).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${members.join(",")}}`;
}

function list(texts: readonly string[]): string {
  return `[${texts.join(",")}]`;
}

/** Fields of the schema in its order, those included that only the Pulumi CLI sets. */
const FIELDS = (
  "urn custom delete id type inputs outputs parent protect taint external dependencies initErrors provider " +
  "propertyDependencies pendingReplacement additionalSecretOutputs aliases customTimeouts importID " +
  "retainOnDelete deletedWith replaceWith created modified sourcePosition stackTrace ignoreChanges hideDiff " +
  "replaceOnChanges"
).split(" ");

function renderRecord(record: ResourceRecord, sealer: Sealer): object {
  const { rest, ...own } = record;
  const values: Readonly<Record<string, unknown>> = {
    ...rest,
    ...own,
    inputs: sealer.seal(record.urn, record.inputs),
    outputs: sealer.seal(record.urn, record.outputs),
    propertyDependencies: Object.fromEntries(
      Object.entries(record.propertyDependencies).sort(([left], [right]) => (left < right ? -1 : 1)),
    ),
  };
  const order = [...FIELDS, ...Object.keys(rest).filter((key) => !FIELDS.includes(key))];
  return Object.fromEntries(
    order.flatMap((field) => {
      const value = values[field];
      // `custom` is the one field that is written even when it is false.
      return field === "custom" || !isEmpty(value) ? [[field, value] as const] : [];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
