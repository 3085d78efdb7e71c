import { context, propagation, type TextMapPropagator, trace, TraceFlags } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { detectResources, envDetector } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { countLosses } from "../../lib/telemetry/count-losses.ts";
import { keepingRequire } from "./keeping-require.ts";
import { instrumentModels } from "./models.ts";
import { say } from "./say.ts";
import { withoutContent } from "./without-content.ts";

/** Milliseconds. A collector that takes longer than this loses a batch; no request waits for it. */
const PATIENCE = 3000;
/** Spans that wait to be sent; beyond them new ones are lost. */
const WAITING = 1024;
/** Letters of an attribute; what is longer is cut. */
const LONGEST_VALUE = 4096;

/**
 * Reports what the agent does for a request that belongs to a trace, and passes the trace on with what it asks others.
 * Requests outside of any trace, such as health checks, begin none.
 *
 * The bundler gives this program a global object of its own, so that an agent that uses OpenTelemetry by itself finds
 * nothing of ours in its way: see `bundle.ts`.
 * @param env variables of the OpenTelemetry specification say where to and under which name
 */
export function startTracing(env: NodeJS.ProcessEnv): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(ofTracesOnly(new W3CTraceContextPropagator()));
  const exporter = countLosses(new OTLPTraceExporter({ timeoutMillis: PATIENCE }), (_level, text, fields) =>
    say(`${text}: ${JSON.stringify(fields)}`),
  );
  const provider = new TracerProvider({
    // What comes outside of a trace begins none.
    sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    resource: detectResources({ detectors: [envDetector] }),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: withoutContent(exporter, env["NASIKO_TRACE_CONTENT"] === "true"),
        maxQueueSize: WAITING,
        scheduledDelayMillis: 500,
        exportTimeoutMillis: PATIENCE,
      }),
    ],
    forceFlushTimeoutMillis: PATIENCE,
  });
  trace.setGlobalTracerProvider(provider);
  // A program that has nothing left to do waits for its last batch; one that is told to end does not.
  process.once("beforeExit", () => void provider.forceFlush().catch(() => undefined));

  instrumentRequests(provider);
  instrumentModels(provider);
}

/** Patched in place: ES modules that import them find what is patched by then. */
function instrumentRequests(provider: TracerProvider): void {
  keepingRequire(() => {
    for (const each of [new HttpInstrumentation(), new UndiciInstrumentation()])
      each.setTracerProvider(provider);
    const require = createRequire(__filename);
    for (const name of ["node:http", "node:https"]) require(name);
  });
  syncBuiltinESMExports();
}

/** Nothing is said of a trace that is not recorded: whoever is asked may begin one. */
const ofTracesOnly = (propagator: TextMapPropagator): TextMapPropagator => ({
  inject: (from, carrier, setter) => {
    if (((trace.getSpanContext(from)?.traceFlags ?? 0) & TraceFlags.SAMPLED) !== 0)
      propagator.inject(from, carrier, setter);
  },
  extract: (into, carrier, getter) => propagator.extract(into, carrier, getter),
  fields: () => propagator.fields(),
});
