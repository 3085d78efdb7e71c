import { z } from "zod";

/** An attribute's value, as plain JSON. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Attributes = Readonly<Record<string, Value>>;

/** A span as it is stored. */
export interface Span {
  /** From the resource's `service.name`. @default "unknown_service" */
  readonly service: string;
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** 16 hex digits; "": it is the trace's first. */
  readonly parentId: string;
  readonly name: string;
  /** OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer, 0 not said. */
  readonly kind: number;
  /** Nanoseconds since 1970, too many for a number. */
  readonly start: bigint;
  readonly end: bigint;
  /** OTLP's number: 0 not said, 1 ok, 2 error. */
  readonly status: number;
  readonly statusMessage: string;
  readonly attributes: Attributes;
  readonly events: readonly {
    readonly name: string;
    readonly time: string;
    readonly attributes: Attributes;
  }[];
}

/** How ids are written: hex in OTLP's JSON, base64 by the protobuf decoder. */
export type IdForm = "hex" | "base64";

const LARGEST = 2n ** 64n - 1n;

/** Large integers come as texts or numbers. */
const Nanos = z
  .union([z.string().regex(/^\d{1,20}$/), z.int().nonnegative()])
  .default(0)
  .transform(BigInt)
  .refine((nanos) => nanos <= LARGEST);

/** OTLP's way to write a value: one of these fields is set. */
interface AnyValue {
  readonly stringValue?: string | undefined;
  readonly boolValue?: boolean | undefined;
  readonly intValue?: string | number | undefined;
  readonly doubleValue?: string | number | undefined;
  readonly bytesValue?: string | undefined;
  readonly arrayValue?: { readonly values: readonly AnyValue[] } | undefined;
  readonly kvlistValue?: { readonly values: readonly KeyValue[] } | undefined;
}
interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue | undefined;
}

const AnyValue: z.ZodType<AnyValue> = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.union([z.string().regex(/^-?\d+$/), z.int()]).optional(),
  doubleValue: z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]).optional(),
  bytesValue: z.string().optional(),
  arrayValue: z.object({ values: z.array(z.lazy(() => AnyValue)).default([]) }).optional(),
  kvlistValue: z.object({ values: z.array(z.lazy(() => KeyValue)).default([]) }).optional(),
});

const KeyValue: z.ZodType<KeyValue> = z.object({ key: z.string().default(""), value: AnyValue.optional() });

const KeyValues = z.array(KeyValue).default([]);

const OtlpSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(""),
  name: z.string().default(""),
  kind: z.int().min(0).max(255).default(0),
  startTimeUnixNano: Nanos,
  endTimeUnixNano: Nanos,
  attributes: KeyValues,
  events: z
    .array(z.object({ timeUnixNano: Nanos, name: z.string().default(""), attributes: KeyValues }))
    .default([]),
  status: z
    .object({ code: z.int().min(0).max(255).default(0), message: z.string().default("") })
    .nullish()
    .transform((status) => status ?? { code: 0, message: "" }),
});

const TraceRequest = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource: z.object({ attributes: KeyValues }).nullish(),
        scopeSpans: z.array(z.object({ spans: z.array(OtlpSpan).default([]) })).default([]),
      }),
    )
    .default([]),
});

/**
 * The spans of an OTLP trace export.
 * @param request as parsed JSON, or as decoded from protobuf
 * @throws Error naming what is wrong in it
 */
export function spansOf(request: unknown, ids: IdForm): readonly Span[] {
  const result = TraceRequest.safeParse(request);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new Error(`${(issue?.path ?? []).join(".")}: ${issue?.message ?? "invalid"}`);
  }
  return result.data.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = serviceNameOf(attributesOf(resource?.attributes ?? []));
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(service, span, ids)));
  });
}

/** Longest name of a service, in characters; what comes after it is cut off. */
const LONGEST_NAME = 200;

/** It names a project in PostgreSQL, which takes no NUL. */
function serviceNameOf(resource: Attributes): string {
  const named = resource["service.name"];
  const name = typeof named === "string" ? named.replaceAll("\0", "").slice(0, LONGEST_NAME) : "";
  return name === "" ? "unknown_service" : name;
}

function spanOf(service: string, span: z.output<typeof OtlpSpan>, ids: IdForm): Span {
  return {
    service,
    traceId: idOf(span.traceId, 32, ids, "traceId"),
    spanId: idOf(span.spanId, 16, ids, "spanId"),
    parentId: span.parentSpanId === "" ? "" : parentOf(idOf(span.parentSpanId, 16, ids, "parentSpanId")),
    name: span.name,
    kind: span.kind,
    start: span.startTimeUnixNano,
    end: span.endTimeUnixNano,
    status: span.status.code,
    statusMessage: span.status.message,
    attributes: attributesOf(span.attributes),
    events: span.events.map(({ name, timeUnixNano, attributes }) => ({
      name,
      time: String(timeUnixNano),
      attributes: attributesOf(attributes),
    })),
  };
}

function idOf(text: string, digits: number, ids: IdForm, field: string): string {
  const hex = ids === "hex" ? text.toLowerCase() : Buffer.from(text, "base64").toString("hex");
  if (hex.length !== digits || !/^[\da-f]+$/.test(hex)) throw new Error(`${field}: not ${digits / 2} bytes`);
  return hex;
}

/** Some senders write zeros for "none". */
const parentOf = (id: string): string => (/^0+$/.test(id) ? "" : id);

const attributesOf = (pairs: readonly KeyValue[]): Attributes =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value === undefined ? null : valueOf(value)]));

function valueOf(value: AnyValue): Value {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(valueOf);
  if (value.kvlistValue !== undefined) return attributesOf(value.kvlistValue.values);
  if (value.intValue !== undefined) return intOf(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null;
}

/** What a number cannot hold stays a text. */
function intOf(value: string | number): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
