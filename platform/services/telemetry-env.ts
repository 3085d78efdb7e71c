import { resourceAttributes } from "../../engine/formats/resource-attributes.ts";
import type { ServiceContext } from "./define-service.ts";
import { COLLECTOR } from "./otel-collector-config.ts";

/** Variables of the OpenTelemetry specification; none where nobody takes traces. */
type TelemetryEnv = Readonly<Record<string, string>>;

/** Whether anybody takes traces, and is to get them. */
export const reportsTraces = ({ settings, has }: ServiceContext): boolean =>
  has(COLLECTOR.host) && settings.tracingEnabled;

/** Whether an agent of Node or Python gets what reports its traces for it. */
export const isInstrumented = (context: ServiceContext, agent: string): boolean =>
  reportsTraces(context) &&
  context.settings.agentInstrumentation &&
  !context.settings.agentInstrumentationOff.includes(agent);

/**
 * Whether questions and answers may be in spans: our own variable, and those that common instrumentations read, of
 * which some record everything unless they are told not to.
 */
function contentEnv({ traceContent }: ServiceContext["settings"]): TelemetryEnv {
  return {
    NASIKO_TRACE_CONTENT: String(traceContent),
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: String(traceContent),
    OPENINFERENCE_HIDE_INPUTS: String(!traceContent),
    OPENINFERENCE_HIDE_OUTPUTS: String(!traceContent),
    TRACELOOP_TRACE_CONTENT: String(traceContent),
  };
}

/** What the worker hands on to uploaded agents; none where nobody takes traces. */
export const uploadedAgentsTelemetry = (context: ServiceContext): TelemetryEnv =>
  reportsTraces(context) ? contentEnv(context.settings) : {};

/** Where a service of ours sends its traces, and under which name. */
export const telemetryEnv = (context: ServiceContext, service: string): TelemetryEnv =>
  sender(context, service, {
    "service.namespace": "nasiko",
    // In Phoenix, what traces of the platform are kept under.
    "openinference.project.name": "nasiko",
  });

/** The same for an agent, which reports when it has anything of OpenTelemetry in it. */
export function agentTelemetryEnv(context: ServiceContext, agent: string, version: string): TelemetryEnv {
  const env = sender(context, agent, {
    "service.namespace": "nasiko-agents",
    "service.version": version,
    "openinference.project.name": agent,
  });
  // SDKs have different defaults; the collector takes this one at the port of its address.
  return Object.keys(env).length === 0
    ? env
    : { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf", ...contentEnv(context.settings) };
}

function sender(
  context: ServiceContext,
  name: string,
  attributes: Readonly<Record<string, string>>,
): TelemetryEnv {
  if (!reportsTraces(context)) return {};
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR.url,
    OTEL_SERVICE_NAME: name,
    ...(context.settings.traceContent && { NASIKO_TRACE_CONTENT: "true" }),
    OTEL_RESOURCE_ATTRIBUTES: resourceAttributes({
      ...attributes,
      "deployment.environment.name": context.settings.stack,
    }),
  };
}
