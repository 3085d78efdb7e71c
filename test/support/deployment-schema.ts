import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { z } from "zod";

// Pulumi's deployment format, version 3, as the file backend stores it; in our own words, and stricter: a field that
// neither the Pulumi CLI nor this engine writes is a mistake.
const signature = "4dabf18193072939515e22adb298388d";
const ciphertext = /^v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/]+={0,2}$/;
const instant = z.iso.datetime({ offset: true });
const urn = z.string().regex(/^urn:pulumi:[^:]+::[^:]+::[^:][^ ]*::.+$/);
const reference = z.string().regex(/^urn:pulumi:.+::pulumi:providers:[^:]+::[^:]+::[^:]+$/);
const stackTrace = z.array(z.strictObject({ sourcePosition: z.string().optional() }));

const value: z.ZodType = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(value), marked]),
);
/** An object, which under the signature must be a secret in ciphertext: nothing secret is written in the open. */
const marked: z.ZodType = z.lazy(() =>
  z.record(z.string(), value).superRefine((map, context) => {
    if (!(signature in map)) return;
    const secret = z.strictObject({
      [signature]: z.literal("1b47061264138c4ac30d75fd1eb44270"),
      ciphertext: z.string().regex(ciphertext),
    });
    if (!secret.safeParse(map).success) context.addIssue({ code: "custom", message: "is no sealed secret" });
  }),
);
/** Empty maps, lists, texts and `false` are left out. */
const properties = z.record(z.string(), value).refine((map) => Object.keys(map).length > 0);
const filled = (item: z.ZodType): z.ZodType => z.array(item).min(1);
const on = z.literal(true).optional();
const seconds = z.number().positive().optional();

const resource = z
  .strictObject({
    urn,
    custom: z.boolean(),
    delete: on,
    id: z.string().min(1).optional(),
    type: z.string().regex(/^[^:]+:[^:]*:[^:]+$/),
    inputs: properties.optional(),
    outputs: properties.optional(),
    parent: urn.optional(),
    protect: on,
    taint: on,
    dependencies: filled(urn).optional(),
    initErrors: filled(z.string()).optional(),
    provider: reference.optional(),
    // Pulumi writes null for a property that comes from no resource.
    propertyDependencies: z.record(z.string(), z.array(urn).nullable()).optional(),
    pendingReplacement: on,
    additionalSecretOutputs: filled(z.string()).optional(),
    customTimeouts: z
      .strictObject({ create: seconds, update: seconds, delete: seconds, read: seconds })
      .optional(),
    created: instant.optional(),
    modified: instant.optional(),
    sourcePosition: z.string().optional(),
    stackTrace: stackTrace.optional(),
    ignoreChanges: filled(z.string()).optional(),
    replaceOnChanges: filled(z.string()).optional(),
  })
  .refine(({ urn: own, type }) => own.split("::")[2]?.split("$").at(-1) === type, "type and URN differ")
  .refine(
    ({ custom, id, provider }) => custom || (id === undefined && provider === undefined),
    "a component has no id",
  );

const operation = z.strictObject({
  resource,
  type: z.enum(["creating", "updating", "deleting", "reading"]),
});

const checkpoint = z.strictObject({
  version: z.literal(3),
  checkpoint: z.strictObject({
    stack: z.string().regex(/^organization\/[^/]+\/[^/]+$/),
    latest: z.strictObject({
      manifest: z.strictObject({ time: instant, magic: z.string(), version: z.string() }),
      secrets_providers: z.strictObject({
        type: z.literal("passphrase"),
        state: z.strictObject({ salt: z.string().regex(/^v1:[A-Za-z0-9+/]{11}=:v1:/) }),
      }),
      resources: z.array(resource).optional(),
      pending_operations: filled(operation).optional(),
      metadata: z.strictObject({}),
    }),
  }),
});

type Resource = z.infer<typeof resource>;

/** Problems of a checkpoint file's text, as people would put them; none when it is as Pulumi expects it. */
export function checkpointProblems(text: string): readonly string[] {
  const parsed = checkpoint.safeParse(JSON.parse(text));
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
  return orderProblems(parsed.data.checkpoint.latest.resources ?? []);
}

/** What Pulumi's own integrity check refuses: something that stands before what it needs, or twice. */
function orderProblems(resources: readonly Resource[]): readonly string[] {
  const seen = new Set<string>();
  const current = new Set<string>();
  return resources.flatMap((record) => {
    const provider = record.provider?.slice(0, record.provider.lastIndexOf("::"));
    // zod's type of a list is wider than what its schema lets through.
    const dependencies = (record.dependencies ?? []) as readonly string[];
    const needed = [record.parent, provider, ...dependencies].filter((other) => other !== undefined);
    const missing = needed
      .filter((other) => !seen.has(other))
      .map((other) => `${record.urn} stands before ${other}`);
    const twice =
      record.delete !== true && current.has(record.urn) ? [`${record.urn} stands there twice`] : [];
    seen.add(record.urn);
    if (record.delete !== true) current.add(record.urn);
    return [...missing, ...twice];
  });
}

/** Checks a state that a test has written. */
export function expectValidCheckpoint(file: string): void {
  expect(checkpointProblems(readFileSync(file, "utf8")), file).toEqual([]);
}
