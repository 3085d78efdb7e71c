import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

/** What a span may say of a request or a call of a model: who, what kind, how much, how it ended. */
const TOLD = [
  ...[
    "http.",
    "server.",
    "client.",
    "network.",
    "net.",
    "rpc.",
    "url.scheme",
    "url.path",
    "url.full",
    "error.type",
  ],
  ...[
    "openinference.span.kind",
    "llm.model_name",
    "llm.provider",
    "llm.system",
    "llm.token_count.",
    "llm.cost.",
  ],
  ...[
    "gen_ai.usage.",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.operation.name",
    "gen_ai.provider",
  ],
];
/** Some services expect a key in a query; headers hold tokens. */
const NEVER = ["url.query", "http.request.header.", "http.response.header."];
/** Addresses with everything that they hold. */
const ADDRESSES = new Set(["url.full", "http.url", "http.target"]);

/**
 * Takes from each span what people said and what models answered, unless that is wanted, and from addresses their
 * queries and logins in any case. An error's words may quote a prompt or a key: of errors the kind stays.
 */
export const withoutContent = (exporter: SpanExporter, withContent: boolean): SpanExporter => ({
  export: (spans, done) =>
    exporter.export(
      spans.map((span) => reduced(span, withContent)),
      done,
    ),
  shutdown: () => exporter.shutdown(),
  forceFlush: async () => exporter.forceFlush?.(),
});

function reduced(span: ReadableSpan, withContent: boolean): ReadableSpan {
  const own: Partial<ReadableSpan> = {
    attributes: attributesOf(span.attributes, withContent),
    ...(withContent ? {} : { events: [], status: { code: span.status.code } }),
  };
  // Everything else of a span comes from getters of its own.
  const properties = Object.entries(own).map(([name, value]) => [name, { value, enumerable: true }] as const);
  // An object that differs from a span in these fields only is a span.
  return Object.create(span, Object.fromEntries(properties)) as ReadableSpan;
}

function attributesOf(attributes: Attributes, withContent: boolean): Attributes {
  const isTold = (name: string): boolean => !begins(NEVER, name) && (withContent || begins(TOLD, name));
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value !== undefined && isTold(name) ? [[name, ADDRESSES.has(name) ? plain(value) : value]] : [],
    ),
  );
}

const begins = (names: readonly string[], name: string): boolean =>
  names.some((known) => (known.endsWith(".") ? name.startsWith(known) : name === known));

/** @example plain("http://user:secret@models/v1?key=1") // "http://models/v1" */
function plain(address: AttributeValue): AttributeValue {
  if (typeof address !== "string") return address;
  const [place = ""] = address.split(/[?#]/, 1);
  return place.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}
