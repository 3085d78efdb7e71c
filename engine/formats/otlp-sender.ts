import { resourceAttributes } from "./resource-attributes.ts";

/** Who sends telemetry by OTLP over HTTP, and where. */
export interface OtlpSender {
  /** e.g. "http://collector:4318" */
  readonly endpoint: string;
  /** What it is called in all that it sends. */
  readonly name: string;
  /** What else it says of itself, by the names of the semantic conventions. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether anybody takes metrics. @default only traces are taken */
  readonly metrics?: boolean;
}

/** The same in the variables of the OpenTelemetry specification, which every SDK reads. */
export const otlpSenderEnv = ({
  endpoint,
  name,
  attributes,
  metrics = false,
}: OtlpSender): Readonly<Record<string, string>> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  // SDKs have different defaults; a receiver at the port of OTLP over HTTP takes this one.
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  OTEL_SERVICE_NAME: name,
  OTEL_RESOURCE_ATTRIBUTES: resourceAttributes(attributes),
  // Sent unless told otherwise, and then refused: each time a line in the sender's log.
  OTEL_METRICS_EXPORTER: metrics ? "otlp" : "none",
  OTEL_LOGS_EXPORTER: "none",
});

/** What goes before a bearer token in the variable OTEL_EXPORTER_OTLP_HEADERS, where values are percent-encoded. */
export const OTLP_BEARER = "authorization=Bearer%20";
