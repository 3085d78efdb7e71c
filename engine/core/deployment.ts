import type { PendingOperation, ResourceRecord, Timeouts } from "./resource-record.ts";
import { emptyRecord } from "./resource-record.ts";
import type { Sealer } from "./sealing.ts";
import type { PropertyMap } from "./values.ts";

/** Version of the checkpoint files that this engine reads and writes. */
export const CHECKPOINT_VERSION = 3;

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
  /** Secrets are still ciphertext. */
  readonly resources: readonly ResourceRecord[];
  readonly operations: readonly PendingOperation[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Parses the text of a checkpoint file.
 * @throws Error saying what is wrong: no JSON (truncated), not the shape (edited), or a newer version
 */
export function parseCheckpoint(content: string): SealedDeployment {
  const file = object(JSON.parse(content), "the file");
  if (file["version"] !== CHECKPOINT_VERSION)
    throw new Error(`its version is ${String(file["version"])}, this engine knows ${CHECKPOINT_VERSION}`);
  const { latest, stack } = object(file["checkpoint"], "checkpoint");
  const deployment = object(latest ?? {}, "checkpoint.latest");
  return {
    stack: stack === undefined ? undefined : text(stack, "checkpoint.stack"),
    salt: saltOf(deployment["secrets_providers"]),
    resources: list(deployment["resources"], "resources").map((entry, index) =>
      parseRecord(entry, `resources[${index}]`),
    ),
    operations: list(deployment["pending_operations"], "pending_operations").map((entry, index) => {
      const where = `pending_operations[${index}]`;
      const operation = object(entry, where);
      return {
        type: operationType(operation["type"], where),
        resource: parseRecord(operation["resource"], where),
      };
    }),
  };
}

/** @throws Error when a secret cannot be opened */
export function openDeployment(sealed: SealedDeployment, sealer: Sealer): Deployment {
  const open = (record: ResourceRecord): ResourceRecord => ({
    ...record,
    inputs: sealer.open(record.urn, record.inputs),
    outputs: sealer.open(record.urn, record.outputs),
  });
  return {
    resources: sealed.resources.map(open),
    operations: sealed.operations.map(({ type, resource }) => ({ type, resource: open(resource) })),
  };
}

function parseRecord(entry: unknown, where: string): ResourceRecord {
  const json = object(entry, where);
  const urn = text(json["urn"], `${where}.urn`);
  type OptionalText = "id" | "parent" | "provider" | "created" | "modified";
  const optional = (key: OptionalText): Partial<Pick<ResourceRecord, OptionalText>> =>
    json[key] === undefined ? {} : { [key]: text(json[key], `${where}.${key}`) };
  return {
    ...emptyRecord(urn, text(json["type"], `${where}.type`), json["custom"] === true),
    delete: json["delete"] === true,
    ...optional("id"),
    inputs: properties(json["inputs"], `${where}.inputs`),
    outputs: properties(json["outputs"], `${where}.outputs`),
    ...optional("parent"),
    protect: json["protect"] === true,
    taint: json["taint"] === true,
    dependencies: texts(json["dependencies"], `${where}.dependencies`),
    initErrors: texts(json["initErrors"], `${where}.initErrors`),
    ...optional("provider"),
    propertyDependencies: Object.fromEntries(
      Object.entries(object(json["propertyDependencies"] ?? {}, `${where}.propertyDependencies`)).map(
        ([key, urns]) => [key, texts(urns, `${where}.propertyDependencies.${key}`)],
      ),
    ),
    pendingReplacement: json["pendingReplacement"] === true,
    additionalSecretOutputs: texts(json["additionalSecretOutputs"], `${where}.additionalSecretOutputs`),
    ...(json["customTimeouts"] !== undefined && {
      customTimeouts: timeouts(json["customTimeouts"], `${where}.customTimeouts`),
    }),
    ...optional("created"),
    ...optional("modified"),
    ignoreChanges: texts(json["ignoreChanges"], `${where}.ignoreChanges`),
    replaceOnChanges: texts(json["replaceOnChanges"], `${where}.replaceOnChanges`),
    rest: Object.fromEntries(Object.entries(json).filter(([key]) => !OWN_FIELDS.has(key))),
  };
}

/** Fields that {@link parseRecord} understands; all others are carried along in `rest`. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(emptyRecord("", "", false)),
  ...([
    "id",
    "parent",
    "provider",
    "customTimeouts",
    "created",
    "modified",
  ] satisfies (keyof ResourceRecord)[]),
]);

function saltOf(provider: unknown): string | undefined {
  if (provider === undefined || provider === null) return undefined;
  const { type, state } = object(provider, "secrets_providers");
  if (type !== "passphrase") throw new Error(`its secrets provider is ${String(type)}, not passphrase`);
  return text(object(state, "secrets_providers.state")["salt"], "secrets_providers.state.salt");
}

function operationType(value: unknown, where: string): PendingOperation["type"] {
  if (value === "creating" || value === "updating" || value === "deleting" || value === "reading")
    return value;
  throw new Error(`${where}.type is not an operation`);
}

function timeouts(value: unknown, where: string): Timeouts {
  const entries = Object.entries(object(value, where));
  return Object.fromEntries(
    entries.map(([key, seconds]) => {
      if (typeof seconds !== "number") throw new Error(`${where}.${key} is not a number of seconds`);
      return [key, seconds];
    }),
  );
}

function object(value: unknown, where: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${where} is not an object`);
  // Checked above; unknown members stay unknown.
  return value as Json;
}

function properties(value: unknown, where: string): PropertyMap {
  // Parsed JSON is what PropertyMap describes.
  return object(value ?? {}, where) as PropertyMap;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`${where} is not a list`);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== "string") throw new Error(`${where} is not a text`);
  return value;
}

function texts(value: unknown, where: string): readonly string[] {
  return list(value, where).map((entry, index) => text(entry, `${where}[${index}]`));
}
