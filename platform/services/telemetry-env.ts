import { OTLP_BEARER, otlpSenderEnv } from "../../engine/formats/otlp-sender.ts";
import type { ServiceContext } from "./define-service.ts";
import { derived, type EnvValue, secret, type SecretRef, text } from "./env-value.ts";
import { COLLECTOR, reportsMetrics, reportsTraces } from "./otel-collector-config.ts";

/** Variables of the OpenTelemetry specification; none where nobody takes traces. */
type TelemetryEnv = Readonly<Record<string, EnvValue>>;

/** From it each sender's own credential is derived, by which the gateway knows whose telemetry it lets through. */
export const TELEMETRY_SECRET: SecretRef = secret("telemetry-secret");

/** Whether agents of Node and Python get what reports their traces for them. */
export const instruments = (context: ServiceContext): boolean =>
  reportsTraces(context) && context.settings.agentInstrumentation;

/** Whether an agent of Node or Python gets what reports its traces for it. */
export const isInstrumented = (context: ServiceContext, agent: string): boolean =>
  instruments(context) && !context.settings.agentInstrumentationOff.includes(agent);

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

/** Where a service of ours sends what it reports, and under which name. */
export const telemetryEnv = (context: ServiceContext, service: string): TelemetryEnv => ({
  ...sender(context, service, {
    "service.namespace": "nasiko",
    // In Phoenix, what traces of the platform are kept under.
    "openinference.project.name": "nasiko",
  }),
  ...(reportsTraces(context) && context.settings.traceContent && { NASIKO_TRACE_CONTENT: "true" }),
});

/**
 * The same for a service that shares no network with the collector and reports through the gateway, which lets it
 * through by its own credential.
 * @param gateway name of the gateway on a network of the service
 */
export function telemetryEnvByGateway(
  context: ServiceContext,
  service: string,
  gateway: string,
): TelemetryEnv {
  if (!reportsTraces(context)) return {};
  return {
    ...telemetryEnv(context, service),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${gateway}:${COLLECTOR.port}`,
    // No agent can have a name with a colon.
    ...credential(`service:${service}`),
  };
}

/** The same for an agent, which reports when it has anything of OpenTelemetry in it. */
export function agentTelemetryEnv(context: ServiceContext, agent: string, version: string): TelemetryEnv {
  if (!reportsTraces(context)) return {};
  return {
    ...sender(context, agent, {
      "service.namespace": "nasiko-agents",
      "service.version": version,
      "openinference.project.name": agent,
    }),
    ...contentEnv(context.settings),
    ...credential(agent),
  };
}

const credential = (sendsAs: string): TelemetryEnv => ({
  OTEL_EXPORTER_OTLP_HEADERS: text`${OTLP_BEARER}${derived(TELEMETRY_SECRET, sendsAs)}`,
});

const sender = (
  context: ServiceContext,
  name: string,
  attributes: Readonly<Record<string, string>>,
): TelemetryEnv =>
  reportsTraces(context)
    ? otlpSenderEnv({
        endpoint: COLLECTOR.url,
        name,
        attributes: { ...attributes, "deployment.environment.name": context.settings.stack },
        metrics: reportsMetrics(context),
      })
    : {};
