import { context, diag, DiagLogLevel, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import {
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  type IdGenerator,
  type SpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { ATTR_SERVICE_NAME } from "@opentelemetry/semantic-conventions";
import type { Log } from "../log.ts";
import { countLosses } from "./count-losses.ts";
import { reportMetrics } from "./metrics.ts";
import { withoutQuery } from "./without-query.ts";

/** What a service reports of itself. */
export interface Telemetry {
  /** Sends what is left, for a few seconds at most. */
  readonly close: () => Promise<void>;
}

/** Milliseconds. A collector that takes longer than this loses a batch; no request waits for it. */
const PATIENCE = 3000;
/** Spans that wait to be sent; beyond them new ones are lost, and counted. */
const WAITING = 2048;

/**
 * Passes the context of a trace on from each request that comes to those that are sent for it. Spans of both go to the
 * collector at OTEL_EXPORTER_OTLP_ENDPOINT, under the name in OTEL_SERVICE_NAME; without one none are recorded. Metrics go
 * there as well where OTEL_METRICS_EXPORTER is "otlp".
 */
export function startTelemetry(environment: NodeJS.ProcessEnv, log: Log): Telemetry {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const collector = environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  const resource = detectResources({ detectors: [envDetector] });
  const provider = collector === "" ? undefined : report(collector, resource, log);
  const endMetrics =
    collector === "" || environment["OTEL_METRICS_EXPORTER"] !== "otlp"
      ? undefined
      : reportMetrics({ collector, resource, patience: PATIENCE });
  // Fetch and undici tell of their requests by themselves. What nobody asked for, like a look around, is no trace.
  const calls = new UndiciInstrumentation({ requireParentforSpans: true, startSpanHook: withoutQuery });
  return {
    close: async () => {
      calls.disable();
      // What is lost with it is counted where it is sent.
      await Promise.all([provider?.shutdown().catch(() => undefined), endMetrics?.().catch(() => undefined)]);
    },
  };
}

function report(collector: string, resource: Resource, log: Log): TracerProvider {
  const provider = openProvider(collector, log, { resource });
  trace.setGlobalTracerProvider(provider);
  return provider;
}

/** Who spans are of, where it is not the service itself, and which ids they get. */
export interface ProviderOptions {
  readonly service?: string;
  /** What is said of the service itself. @default what the environment says */
  readonly resource?: Resource;
  readonly idGenerator?: IdGenerator;
}

/** Sends spans to a collector, in the background. */
export function openProvider(
  collector: string,
  log: Log,
  {
    service,
    idGenerator,
    resource: own = detectResources({ detectors: [envDetector] }),
  }: ProviderOptions = {},
): TracerProvider {
  // The SDK says there what it drops before it sends it; batches that are not taken are counted below.
  const say = (message: string): void => log("warn", "telemetry", { problem: message });
  const quiet = (): void => undefined;
  diag.setLogger(
    { error: quiet, warn: say, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const exporter = countLosses(
    new OTLPTraceExporter({ url: `${collector}/v1/traces`, timeoutMillis: PATIENCE }),
    log,
  );
  const resource =
    service === undefined ? own : own.merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: service }));
  return new TracerProvider({
    resource,
    ...(idGenerator !== undefined && { idGenerator }),
    spanProcessors: [
      namedAfter(resource.attributes[ATTR_SERVICE_NAME]),
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: WAITING,
        scheduledDelayMillis: 500,
        exportTimeoutMillis: PATIENCE,
      }),
    ],
    forceFlushTimeoutMillis: PATIENCE,
  });
}

/** Phoenix keeps nothing of what a resource says, and people want to see who did what. */
const namedAfter = (service: unknown): SpanProcessor => ({
  onStart: (span) => {
    if (typeof service === "string") span.setAttribute(ATTR_SERVICE_NAME, service);
  },
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
});
